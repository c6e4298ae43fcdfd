"""A call of every kind that a module can offer, for tests that make them very often or under hard conditions.

`CALLS` has them by name. Each is a function with its arguments, so that a test can look at the references to all of these. Those
that raise say what. The arguments are objects that CPython makes anew for this table, so that a reference lost or kept shows.
"""

import array
import copy
import datetime
import fractions
import functools
import operator
import pathlib
import sys
import uuid
from dataclasses import dataclass, field

from exuvia_bindings_tests import (
    ENGINE,
    LIMITED,
    arguments,
    backed,
    bigints,
    borrows,
    callbacks,
    classes,
    collected,
    complex_enums,
    containers,
    coroutines,
    datetimes,
    derives,
    enums,
    errors,
    foreign,
    function_options,
    functions,
    inheritance,
    iteration,
    locks,
    numbers,
    objects,
    operators,
    options,
    panics,
    properties,
    protocols,
    references,
    scalars,
    snippets,
    text,
    threads,
    views,
    weakrefs,
)


@dataclass
class Call:
    function: object
    args: tuple = ()
    keywords: dict = field(default_factory=dict)
    # What the call raises, if it does.
    raises: type | None = None

    def __post_init__(self):
        # Without Python code of its own.
        self.bare = functools.partial(self.function, *self.args, **self.keywords)

    def witnesses(self):
        """All objects whose references a call must leave as they were."""
        named = [self.function, *self.args, *self.keywords.values()]
        return [*named, *(type(each) for each in named)]


class Anything:
    """Accepts every call, keeps nothing."""

    def __call__(self, *args, **kwargs):
        return None


class Plain:
    def __init__(self, value):
        self.value = value


class SubOfBase(classes.Base):
    def value(self):
        return super().value() + 1


class SubWithInit(protocols.Initialised):
    def __init__(self, *args):
        super().__init__(5)
        self.more = args


class SubOfDict(inheritance.Counting):
    pass


class Described:
    attribute = protocols.Descriptor()


def raising(kind, *args):
    """Anew each time: an exception keeps where it has been raised."""

    def function(*_):
        raise kind(*args)

    return function


def with_exception(function, *args):
    """Calls a function with an exception that nobody else has."""
    return function(ValueError(*args))


def finish(coroutine):
    """The result of a coroutine, sent to until it has one."""
    try:
        while True:
            coroutine.send(None)
    except StopIteration as stop:
        return stop.value


def await_function(function, *args):
    return finish(function(*args))


def throw_in(function, kind, *args):
    coroutine = function()
    coroutine.send(None)
    return coroutine.throw(kind(*args))


def close_early(function, *args):
    coroutine = function(*args)
    coroutine.close()


def set_and_get(target, name, value):
    setattr(target, name, value)
    return getattr(target, name)


def set_and_delete(target, key, value):
    target[key] = value
    del target[key]


def use_context(manager):
    with manager as entered:
        return entered


def drop_context(manager, kind, *args):
    with manager:
        raise kind(*args)


def match(shape):
    match shape:
        case complex_enums.Shape.Circle(radius=radius):
            return radius
        case complex_enums.Shape.Polygon(sides, side):
            return sides, side
    return None


def cycle(make):
    """A cycle through an instance that the collector knows, ended by hand: collecting takes long."""
    first = make()
    first.next = [first]
    first.next = None


def subclass(base, name="Made"):
    return type(name, (base,), {"attribute": 5})


def view(exporter):
    with memoryview(exporter) as memory:
        return bytes(memory)


def number(value):
    """An integer that nobody else has."""
    return int(str(value))


w = Anything()
big = number(123456789012345678901234567890)
middle = number(1234567)
small = float("2.5")
word = "".join(["wo", "rd", "ß"])
long_list = [number(each + 1000) for each in range(20)]

CALLS: dict[str, dict[str, Call]] = {}


def kind(name, **calls):
    assert name not in CALLS
    CALLS[name] = {each.replace("_", " "): call for each, call in calls.items()}


kind(
    "functions",
    nothing=Call(functions.nothing),
    number=Call(functions.number),
    scalars=Call(functions.add, (middle, middle)),
    text=Call(functions.renamed, (word,)),
    text_and_number=Call(functions.pair, (middle, word)),
    token=Call(functions.with_token, (middle,)),
    module=Call(functions.own_module, (word,)),
    optional=Call(functions.maybe, (middle,)),
    optional_none=Call(functions.maybe, (None,)),
    object_itself=Call(functions.same, (w,)),
    bound_object=Call(functions.same_bound, (w,)),
    borrowed_object=Call(functions.same_reference, (w,)),
    fresh_list=Call(functions.fresh_list),
    callback=Call(functions.call_with, (w, middle)),
    made_at_run_time=Call(functions.make_function),
    fails=Call(functions.fallible, (True,), raises=ValueError),
    panics=Call(panics.panic_with_text, raises=panics.panic_exception_type()),
    eight_scalars=Call(scalars.eight, (1, 2, 3, 4, small, middle, middle, True)),
    scalar_by_keyword=Call(scalars.difference, (), {"b": small, "a": small}),
    scalar_fails=Call(scalars.half, (number(7777777),), raises=ValueError),
    scalar_of_wrong_type=Call(scalars.same_f64, (word,), raises=TypeError),
    unsafe=Call(function_options.not_safe, (middle,)),
    by_function=Call(function_options.by_function, (middle,)),
    name_and_docs=Call(operator.attrgetter("__name__", "__doc__", "__text_signature__"), (functions.add,)),
)

kind(
    "arguments",
    ten=Call(arguments.ten, tuple(range(10))),
    defaults=Call(arguments.defaults, (middle,)),
    all_kinds_of_defaults=Call(arguments.default_kinds),
    fresh_default=Call(arguments.default_is_fresh),
    keyword_only=Call(arguments.keyword_only, (middle,), {"b": middle}),
    only_keywords=Call(arguments.only_keywords, (), {"b": middle, "c": middle, "d": middle}),
    positional_only=Call(arguments.positional_only, (middle, middle)),
    mixed=Call(arguments.mixed, (middle, middle), {"c": middle}),
    varargs=Call(arguments.varargs, (w, w, w)),
    varkeywords=Call(arguments.varkeywords, (), {"a": w, "b": w}),
    everything=Call(arguments.everything, (w, w), {"a": w}),
    every_kind=Call(arguments.every_kind, (middle, middle, middle, w), {"d": middle, "more": w}),
    typed_varargs=Call(arguments.typed_varargs, (middle, middle)),
    typed_varkeywords=Call(arguments.typed_varkeywords, (), {"a": middle, "b": middle}),
    unicode_names=Call(arguments.unicode_names, (), {"größe": middle, "名": middle}),
    receiver_of_every_kind=Call(arguments.Receiver(1).every_kind, (middle, middle, middle, w), {"d": middle, "more": w}),
    too_many=Call(arguments.two, (w, w, w), raises=TypeError),
    too_few=Call(arguments.two, (middle,), raises=TypeError),
    missing_keyword=Call(arguments.only_keywords, (), {"b": middle}, raises=TypeError),
    unexpected_keyword=Call(arguments.two, (middle, middle), {"other": w}, raises=TypeError),
    twice=Call(arguments.two, (middle,), {"a": middle}, raises=TypeError),
    positional_only_by_name=Call(arguments.positional_only, (), {"a": middle, "b": middle}, raises=TypeError),
    none_given_one=Call(arguments.none, (w,), raises=TypeError),
    not_strings=Call(arguments.call_with_keywords, (arguments.varkeywords, (), {}), {}),
    not_convertible=Call(arguments.three, (middle, middle, w), raises=TypeError),
)

point = classes.Point(3.0, 4.0)
receivers = classes.Receivers()
holder = classes.Holder(w)
frozen = classes.Frozen(middle)

kind(
    "classes",
    constructor=Call(classes.Point, (small, small)),
    constructor_with_defaults=Call(classes.Point),
    constructor_by_keyword=Call(classes.Point, (), {"y": small}),
    constructor_by_new=Call(classes.Point.__new__, (classes.Point, small)),
    constructor_of_scalars=Call(scalars.Meter, (small,)),
    constructor_of_scalars_fails=Call(scalars.Still, (-1,), raises=ValueError),
    constructor_fails=Call(classes.Fallible, (-1,), raises=ValueError),
    constructor_panics=Call(panics.Touchy, (True,), raises=panics.panic_exception_type()),
    constructor_with_object=Call(classes.Holder, (w,)),
    constructor_refuses=Call(classes.Unconstructible, raises=TypeError),
    made_in_rust=Call(classes.new_in_rust, (small, small)),
    bound_in_rust=Call(classes.new_bound, (small,)),
    subclass_instance=Call(SubOfBase, (middle, w), {"key": w}),
    subclass_method=Call(SubOfBase(middle).describe),
    subclass_with_init=Call(SubWithInit, (w, w)),
    shared_method=Call(point.norm),
    shared_method_of_scalars=Call(scalars.Meter(1.0).times, (number(3),)),
    exclusive_method=Call(point.shift, (small, small)),
    exclusive_method_of_scalars=Call(scalars.Meter(1.0).add, (small, 3)),
    static_method=Call(classes.Point.diagonal, (small,)),
    class_method=Call(classes.Point.from_pair, ((small, small),)),
    class_attribute=Call(operator.attrgetter("DIMENSIONS", "origin_name"), (classes.Point,)),
    other_instance=Call(point.distance_to, (point,)),
    other_instance_exclusively=Call(classes.double_in_place, (point,)),
    many_instances=Call(classes.sum_of_x, ([point, point],)),
    borrow_fails=Call(classes.two_mutable, (point, point), raises=RuntimeError),
    borrow_of_itself_fails=Call(receivers.call_exclusive, (receivers.shared,), raises=RuntimeError),
    by_py_ref=Call(receivers.py_ref),
    by_py_ref_mut=Call(receivers.py_ref_mut),
    by_bound=Call(receivers.bound),
    by_owned_bound=Call(receivers.owned_bound),
    by_py=Call(receivers.owned_py),
    itself=Call(receivers.itself),
    itself_mutably=Call(receivers.itself_mutably),
    tries_borrows=Call(receivers.try_borrows),
    calls_while_shared=Call(receivers.call_shared, (w,)),
    gets_without_borrowing=Call(classes.get_without_borrow, (frozen,)),
    gets_detached=Call(classes.get_detached, (frozen,)),
    holds=Call(holder.get),
    replaces=Call(holder.replace, (w,)),
    cast=Call(classes.cast_to_point, (point,)),
    cast_fails=Call(classes.cast_to_point, (w,), raises=TypeError),
    wrong_receiver=Call(classes.Point.norm, (w,), raises=TypeError),
    wrong_argument=Call(point.distance_to, (w,), raises=TypeError),
    repr=Call(repr, (point,)),
    python_subclass=Call(subclass, (classes.Base,)),
)

fields = properties.Fields()
celsius = properties.Celsius(10.0)
open_ = properties.Open(middle, word)
anything = options.Open(2.5)

kind(
    "properties",
    field=Call(getattr, (open_, "x")),
    text_field=Call(getattr, (open_, "y")),
    set_field=Call(set_and_get, (open_, "x", middle)),
    set_text_field=Call(set_and_get, (open_, "y", word)),
    getter=Call(getattr, (celsius, "degrees")),
    setter=Call(set_and_get, (celsius, "degrees", small)),
    getter_that_fails=Call(getattr, (celsius, "failing"), raises=Exception),
    getter_with_token=Call(getattr, (celsius, "with_token")),
    getter_of_itself=Call(getattr, (celsius, "itself")),
    setter_of_wrong_type=Call(setattr, (celsius, "degrees", w), raises=TypeError),
    deletion_refused=Call(delattr, (celsius, "degrees"), raises=AttributeError),
    dictionary=Call(set_and_get, (anything, "whatever", w)),
    all_fields=Call(options.FromFields, (middle, word, small)),
    numbered_fields=Call(options.FromNumberedFields, (middle, [middle])),
    dir=Call(dir, (celsius,)),
)

residue = operators.Residue(5)
version = operators.Version(1, 2)
shelf = operators.Shelf("a", "b", "c")
accumulator = operators.Accumulator()

kind(
    "slots",
    add=Call(operator.add, (residue, number(300))),
    add_reflected=Call(operator.add, (number(300), residue)),
    add_refused=Call(operator.add, (residue, w), raises=TypeError),
    sub=Call(operator.sub, (residue, number(300))),
    mul=Call(operator.mul, (residue, number(300))),
    truediv=Call(operator.truediv, (residue, number(300))),
    floordiv=Call(operator.floordiv, (residue, number(300))),
    mod=Call(operator.mod, (residue, number(300))),
    divmod=Call(divmod, (residue, number(300))),
    power=Call(pow, (residue, 3)),
    power_with_modulus=Call(pow, (residue, 3, number(1000))),
    power_reflected=Call(pow, (number(300), residue)),
    shift=Call(operator.lshift, (residue, 9)),
    matmul=Call(operator.matmul, (residue, word)),
    neg=Call(operator.neg, (residue,)),
    abs=Call(abs, (residue,)),
    invert=Call(operator.invert, (residue,)),
    int=Call(int, (residue,)),
    float=Call(float, (residue,)),
    index=Call(operator.index, (residue,)),
    round=Call(round, (residue, 2)),
    bool=Call(bool, (residue,)),
    hash=Call(hash, (residue,)),
    equal=Call(operator.eq, (residue, operators.Residue(5))),
    unequal_to_another_type=Call(operator.ne, (residue, w)),
    compare=Call(operator.lt, (version, operators.Version(1, 3))),
    compare_refused=Call(operator.lt, (version, w), raises=TypeError),
    add_in_place=Call(operator.iadd, (borrows.Guarded(), 3)),
    str=Call(str, (residue,)),
    format=Call(format, (protocols.Context(), word)),
    bytes=Call(bytes, (protocols.Context(),)),
    length=Call(len, (shelf,)),
    item=Call(operator.getitem, (shelf, 1)),
    item_missing=Call(operator.getitem, (shelf, number(300)), raises=IndexError),
    item_assigned=Call(operator.setitem, (shelf, 1, word)),
    contains=Call(operator.contains, (shelf, word)),
    concat=Call(operator.concat, (protocols.Bytes(b"abc"), protocols.Bytes(b"def"))),
    repeat=Call(operator.mul, (protocols.Bytes(b"abc"), 5)),
    call=Call(operators.Callable(), (w, w), {"key": w}),
    context=Call(use_context, (operators.Managed(False),)),
    context_with_exception=Call(drop_context, (operators.Managed(True), ValueError, word)),
    attribute_by_getattr=Call(getattr, (protocols.Dynamic(), "made_up")),
    attribute_missing=Call(getattr, (protocols.Dynamic(), "_private", None)),
    attributes_watched=Call(set_and_get, (protocols.Watching(), "name", middle)),
    descriptor=Call(set_and_get, (Described(), "attribute", w)),
    iterate=Call(list, (iteration.Letters(word),)),
    next=Call(next, (iteration.Endless(),)),
    next_at_the_end=Call(next, (iteration.Countdown(0),), raises=StopIteration),
    buffer_refused=Call(memoryview, (protocols.Context(),), raises=TypeError),
    copy=Call(copy.copy, (protocols.Context(),)),
    class_item=Call(operator.getitem, (protocols.Context, w)),
    generic_alias=Call(operator.getitem, (options.Generic, w)),
    init=Call(protocols.Initialised, (middle,)),
)

reset = enums.Reset.OnSpace
circle = complex_enums.Shape.Circle(radius=2.5)

kind(
    "enums",
    variant=Call(operator.attrgetter("First"), (enums.Plain,)),
    number=Call(int, (reset,)),
    equal=Call(operator.eq, (reset, enums.Reset.Never)),
    equal_to_a_number=Call(operator.eq, (reset, 32)),
    by_value=Call(enums.reset_code, (reset,)),
    by_reference=Call(enums.plain_name, (enums.Plain.First,)),
    made=Call(enums.make_reset, (32,)),
    made_fails=Call(enums.make_reset, (number(300),), raises=ValueError),
    repr=Call(repr, (reset,)),
    order=Call(operator.lt, (enums.Ordered.Low, enums.Ordered.High)),
    order_refused=Call(operator.lt, (enums.Ordered.Low, w), raises=TypeError),
    hash=Call(hash, (enums.Hashable.A,)),
    method=Call(enums.WithMethods.On.flipped),
    constructor=Call(enums.WithMethods, (True,)),
    complex_variant=Call(complex_enums.Shape.Circle, (small,)),
    complex_tuple_variant=Call(complex_enums.Shape.Polygon, (5, small)),
    complex_field=Call(getattr, (circle, "radius")),
    complex_method=Call(circle.area),
    complex_scaled=Call(complex_enums.scaled, (circle, small)),
    complex_match=Call(match, (circle,)),
    complex_with_text=Call(complex_enums.Token.WORD_LIKE, (word,)),
    complex_by_value=Call(complex_enums.described, (complex_enums.Token.WORD_LIKE(word),)),
    complex_holding=Call(complex_enums.Holding.List, ([w, w],)),
    complex_equal=Call(operator.eq, (complex_enums.Token.WORD_LIKE(word), complex_enums.Token.WORD_LIKE(word))),
)

kind(
    "inheritance",
    base=Call(inheritance.Base, (middle,)),
    of_dict=Call(inheritance.Counting),
    of_dict_twice=Call(inheritance.CountingMore),
    of_dict_in_python=Call(SubOfDict),
    of_set=Call(inheritance.NamedSet),
    # PyO3 has no class that extends `list`.
    of_list=Call(getattr(inheritance, "NamedList", inheritance.NamedSet)),
    of_exception=Call(inheritance.Coded, (word, number(300), w)),
    of_exception_raised=Call(inheritance.raise_coded, raises=inheritance.Coded),
    of_exception_caught=Call(inheritance.code_of, (raising(inheritance.Coded, word, 7),)),
    refusing=Call(inheritance.Refusing, (-1,), raises=Exception),
    with_init=Call(inheritance.Initialised, (middle,)),
    with_init_that_fails=Call(inheritance.Initialised, (middle,), {"fail": True}, raises=ValueError),
    dict_item=Call(inheritance.Counting().set, (word, middle)),
    with_dictionary=Call(options.Open, (small,)),
    with_weak_references=Call(lambda: weakrefs.reference(options.WeaklyHeld())),
    unsendable=Call(options.Unsendable, (middle,)),
    sub_of_unsendable=Call(options.SubOfUnsendable),
    recycled=Call(options.Recycled, (middle,)),
    collected=Call(collected.Node, (w,)),
    collected_fork=Call(collected.Fork),
    collected_dict=Call(collected.LinkedDict),
    cycle=Call(cycle, (collected.Node,)),
)
if ENGINE != "PyO3":
    # PyO3 0.30.1 crashes: the destructor of `OSError` expects an object that the collector knows.
    CALLS["inheritance"]["of os error"] = Call(inheritance.CodedOsError, (word,))

kind(
    "numbers",
    i8=Call(numbers.i8, (100,)),
    i64=Call(numbers.i64, (middle,)),
    u64=Call(numbers.u64, (2**64 - 1,)),
    i128=Call(numbers.i128, (big,)),
    u128=Call(numbers.u128, (big,)),
    f32=Call(numbers.f32, (small,)),
    f64=Call(numbers.f64, (small,)),
    bool=Call(numbers.bool, (True,)),
    int_object=Call(numbers.int_object, (big,)),
    by_index=Call(numbers.i64, (residue,)),
    overflow=Call(numbers.i64, (big,), raises=OverflowError),
    overflow_small=Call(numbers.u8, (number(300),), raises=OverflowError),
    wrong_type=Call(numbers.i64, (w,), raises=TypeError),
    wrong_float=Call(numbers.f64, (w,), raises=TypeError),
    bigint=Call(bigints.bigint, (big,)),
    biguint=Call(bigints.biguint, (big,)),
    complex=Call(bigints.complex64, (complex(1.5, 2.5),)),
    ratio=Call(bigints.ratio64, (fractions.Fraction(1, 3),)),
    ordered=Call(bigints.ordered64, (small,)),
)

kind(
    "text",
    str=Call(text.str, (word,)),
    string=Call(text.string, (word,)),
    char=Call(text.char, ("ß",)),
    cow=Call(text.cow_str, (word,)),
    string_object=Call(text.string_object, (word,)),
    lossy=Call(text.to_string_lossy, ("a\ud800",)),
    surrogate=Call(text.str, ("a\ud800",), raises=UnicodeEncodeError),
    wrong_type=Call(text.str, (w,), raises=TypeError),
    display=Call(text.display, (w,)),
    intern=Call(text.intern),
    byte_slice=Call(text.byte_slice, (b"some bytes",)),
    byte_vector=Call(text.byte_vector, (b"some bytes",)),
    byte_vector_of_a_list=Call(text.byte_vector, ([1, 2, 3],)),
    bytes_object=Call(text.bytes_object, (b"some bytes",)),
    bytes_filled=Call(text.bytes_filled, (number(1000), 7)),
    bytes_filling_fails=Call(text.bytes_filling_fails, raises=Exception),
    bytearray_object=Call(text.bytearray_object, (bytearray(b"some"),)),
    path=Call(text.path, (pathlib.Path("a/b"),)),
    os_string=Call(text.os_string, (word,)),
    backed=Call(backed.same_text, (word,)),
    backed_twice=Call(backed.text_twice, (word,)),
    backed_bytes=Call(backed.same_bytes, (b"some bytes",)),
    backed_bytearray=Call(backed.same_bytes, (bytearray(b"some bytes"),)),
    backed_detached=Call(backed.read_text, (word,)),
    backed_many=Call(backed.sorted, ([word, word, word],)),
    format=Call(snippets.format, (w,)),
    fixed=Call(snippets.fixed),
)

mapping = {f"key {each}": number(each + 1000) for each in range(10)}

kind(
    "containers",
    ints=Call(containers.ints, (long_list,)),
    ints_of_a_tuple=Call(containers.ints, (tuple(long_list),)),
    ints_of_a_range=Call(containers.ints, (range(1000, 1020),)),
    floats=Call(containers.floats, ([small] * 10,)),
    strings=Call(containers.strings, ([word] * 10,)),
    nested=Call(containers.nested, ([[middle, None], [middle]],)),
    objects=Call(containers.objects, ([w] * 10,)),
    pairs=Call(containers.pairs, ([(word, middle)] * 5,)),
    array=Call(containers.array_of_three, ([middle] * 3,)),
    array_of_strings=Call(containers.array_of_strings, ([word] * 2,)),
    array_of_wrong_length=Call(containers.array_of_three, ([middle] * 2,), raises=ValueError),
    wrong_item=Call(containers.ints, ([middle, w],), raises=TypeError),
    wrong_key=Call(containers.hash_map, ({w: middle},), raises=TypeError),
    wrong_value=Call(containers.hash_map, ({word: w},), raises=TypeError),
    no_sequence=Call(containers.ints, (w,), raises=TypeError),
    hash_map=Call(containers.hash_map, (mapping,)),
    btree_map=Call(containers.btree_map, ({middle: [word, word]},)),
    hash_set=Call(containers.hash_set, (set(long_list),)),
    btree_set=Call(containers.btree_set, ({word, "other"},)),
    frozenset=Call(containers.hash_set, (frozenset(long_list),)),
    tuple=Call(containers.tuple3, ((middle, word, small),)),
    tuple_of_twelve=Call(containers.tuple12, (tuple(range(12)),)),
    tuple_of_wrong_length=Call(containers.tuple2, ((middle,),), raises=ValueError),
    list_object=Call(containers.list_object, (long_list,)),
    dict_object=Call(containers.dict_object, (mapping,)),
    slice=Call(containers.new_slice, (1, 2, 3)),
    list_methods=Call(containers.list_methods),
    tuple_methods=Call(containers.tuple_methods),
    dict_methods=Call(containers.dict_methods),
    set_methods=Call(containers.set_methods),
    mapping_methods=Call(lambda: containers.mapping_methods({})),
    iterate=Call(containers.iterate, (long_list,)),
    iterate_a_generator=Call(lambda: containers.iterate(each for each in long_list)),
    new_list=Call(containers.new_list_of_exact_length, (20,)),
    failing_item=Call(containers.list_with_a_failing_item, (w,), raises=Exception),
    map_of_another_crate=Call(foreign.map, (mapping,)),
    ordered_map=Call(foreign.ordered_map, (mapping,)),
    small_vector=Call(foreign.small, (long_list,)),
    either=Call(foreign.either, (word,)),
    uuid=Call(foreign.uuid, (uuid.UUID(int=5),)),
    into_containers=Call(references.into_containers, (w,)),
    weak_reference=Call(lambda: weakrefs.upgrade(weakrefs.reference(Anything()))),
    view=Call(views.proxy, (mapping,)),
)

if not LIMITED:
    from exuvia_bindings_tests import buffers

    kind(
        "not in the limited API",
        buffer=Call(view, (buffers.Memory(b"some memory"),)),
        buffer_summed=Call(buffers.sum, (array.array("d", [1.5] * 10),)),
        buffer_of_cells=Call(buffers.cells, (array.array("d", [1.5] * 10),)),
        buffer_written=Call(buffers.write, (array.array("d", [1.5] * 3), [1.0, 2.0, 3.0])),
        buffer_described=Call(buffers.describe, (memoryview(b"1234"),)),
        buffer_of_wrong_type=Call(buffers.sum, (b"1234",), raises=BufferError),
        no_buffer=Call(buffers.sum, (w,), raises=TypeError),
        marshal=Call(snippets.through_marshal, ([middle, word],)),
    )

kind(
    "dates",
    date=Call(datetimes.date, (2024, 2, 29)),
    date_parts=Call(datetimes.date_parts, (datetime.date(2024, 2, 29),)),
    delta=Call(datetimes.delta_parts, (datetime.timedelta(5, 6, 7),)),
    duration=Call(datetimes.duration, (datetime.timedelta(5, 6, 7),)),
    utc=Call(datetimes.utc),
    system_time=Call(datetimes.system_time, (datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc),)),
    wrong_date=Call(datetimes.date, (2023, 2, 29), raises=ValueError),
)

kind(
    "derives",
    choice_of_a_tuple=Call(derives.choice, ((middle, word),)),
    choice_of_text=Call(derives.choice, (word,)),
    choice_of_nothing=Call(derives.choice, (w,), raises=TypeError),
    annotated=Call(derives.annotated, (w,), raises=TypeError),
    or_anything=Call(derives.or_anything, (w,)),
    generic_pair=Call(derives.generic_pair, (({word: small}, None),)),
    array=Call(derives.array, (Plain(5),), raises=AttributeError),
    named=Call(derives.named),
    only=Call(derives.only),
    fails=Call(derives.fallible, raises=Exception),
)

kind(
    "errors",
    builtin=Call(errors.raise_builtin, ("KeyError",), raises=KeyError),
    own=Call(errors.raise_own, (word,), raises=Exception),
    own_value=Call(errors.raise_own_value, (middle, word), raises=Exception),
    without_arguments=Call(errors.raise_without_arguments, raises=Exception),
    three_arguments=Call(errors.raise_with_three_arguments, raises=Exception),
    own_type=Call(errors.raise_mistake, (5,), raises=Exception),
    io=Call(errors.open_file, ("/does/not/exist",), raises=FileNotFoundError),
    parse=Call(errors.parse_int, (word,), raises=ValueError),
    utf8=Call(errors.utf8, (b"\xff",), raises=UnicodeDecodeError),
    caught=Call(errors.catch, (raising(ValueError, word),)),
    rethrown=Call(errors.rethrow, (raising(ValueError, word),), raises=ValueError),
    with_a_cause=Call(with_exception, (errors.raise_from, word), raises=Exception),
    cause=Call(with_exception, (errors.cause_of, word)),
    value=Call(with_exception, (errors.raise_value, word), raises=ValueError),
    no_exception=Call(errors.raise_value, (w,), raises=TypeError),
    type=Call(errors.raise_type, (KeyError,), raises=KeyError),
    as_object=Call(errors.exception_as_object),
    cloned=Call(errors.clone_error, raises=Exception),
    restored=Call(errors.restore_and_fetch),
    with_a_witness=Call(references.raise_with, (w,), raises=ValueError),
    panic_with_a_witness=Call(references.panic_with, (w,), raises=panics.panic_exception_type()),
    panic_through_python=Call(panics.panic_through_python, raises=panics.panic_exception_type()),
    argument_note=Call(references.fail_after, (w, number(300)), raises=OverflowError),
)

kind(
    "objects",
    every_handle=Call(references.through_every_handle, (w,)),
    pointers=Call(references.pointers_round_trip, (w,)),
    clones=Call(references.clone_and_drop, (w, 7)),
    cloned=Call(references.cloned, (w,)),
    calls=Call(references.call_in_every_way, (w, w)),
    calls_that_fail=Call(references.call_in_every_way, (raising(KeyError, word), w), raises=KeyError),
    every_argument=Call(references.every_argument, (w, w), {"keyword": w, "other": w}),
    get_attribute=Call(objects.get_attribute, (Plain(w), "value")),
    missing_attribute=Call(objects.get_attribute, (w, "value"), raises=AttributeError),
    attribute_if_any=Call(objects.get_attribute_if_any, (w, "value")),
    set_attribute=Call(objects.set_attribute, (Plain(w), "value", w)),
    has_attribute=Call(objects.has_attribute, (w, "value")),
    call_method=Call(objects.call_with_tuple, (arguments.varargs,)),
    compare=Call(objects.order, (middle, small)),
    compare_refused=Call(objects.order, (middle, word), raises=TypeError),
    truth=Call(objects.truth, (w,)),
    length=Call(objects.length, (long_list,)),
    length_refused=Call(objects.length, (w,), raises=TypeError),
    contains=Call(objects.contains, (long_list, middle)),
    is_instance=Call(objects.is_instance, (w, Anything)),
    failed_cast=Call(objects.failed_cast_gives_the_object_back, (w,)),
    eval=Call(objects.eval_with_nothing),
    closure=Call(callbacks.adder, (middle,)),
    closure_called=Call(callbacks.adder(5), (middle,)),
    closure_fails=Call(callbacks.failing(), raises=ValueError),
    once=Call(threads.once, (w,)),
    mutex=Call(locks.Locks().mutex, (w,)),
    drop_detached=Call(threads.drop_detached, (w,)),
    attach_again=Call(threads.attach_again),
)

counter = coroutines.Counter()

kind(
    "coroutines",
    number=Call(await_function, (coroutines.number,)),
    yields=Call(await_function, (coroutines.yields, 3)),
    text=Call(await_function, (coroutines.text_length, word)),
    gathered=Call(lambda: finish(coroutines.gathered(w, w, a=w))),
    method=Call(await_function, (counter.get, True)),
    exclusive_method=Call(await_function, (counter.increment, True)),
    by_object=Call(await_function, (counter.by_object,)),
    fails=Call(await_function, (coroutines.fallible, True), raises=Exception),
    panics=Call(await_function, (coroutines.panics,), raises=panics.panic_exception_type()),
    thrown_into=Call(throw_in, (functools.partial(coroutines.yields, 3), ValueError, word), raises=ValueError),
    closed=Call(close_early, (coroutines.counted, w, False)),
    never_sent_to=Call(coroutines.counted, (w, False)),
    wrong_argument=Call(await_function, (coroutines.text_length, w), raises=TypeError),
)

# CPython itself does not survive these without memory, or takes the lack of it for something else.
NOT_WITHOUT_MEMORY = {
    "containers: iterate a generator": "3.13 makes a generator in memory that it has not got",
    "text: path": "`os.fspath` takes a failure to look `__fspath__` up for its absence",
    "not in the limited API: marshal": "it takes the lack of memory for an object that cannot be marshalled",
    "objects: eval": "the compiler of 3.13 follows a pointer that is NULL",
    "errors: caught": "an exception that is given back keeps its frame: soon CPython has none of the `MemoryError`s left that it puts by",
    "errors: as object": "an exception is the result",
    "errors: panic through python": "a panic that goes on in Rust is printed, by Python code in which 3.13 follows NULL",
    "properties: dir": "3.12 loses a reference to what it makes a list of",
    "containers: tuple methods": "3.12 loses a reference to what it makes a list of",
    "containers: list methods": "it is asserted that calls fail for other reasons",
    "containers: dict methods": "it is asserted that calls fail for other reasons",
}
if sys.version_info < (3, 11):
    NOT_WITHOUT_MEMORY["enums: complex match"] = "3.10 takes it for a name that is missing, with classes written in Python as well"
# CPython itself leaves memory behind where there was none for these, with classes and functions written in Python as well.
KEEPS_WITHOUT_MEMORY = {"classes: python subclass"} if sys.version_info < (3, 12) else {"containers: mapping methods"}

ALL = {f"{kind}: {name}": call for kind, calls in CALLS.items() for name, call in calls.items()}
# Panics report on standard error, and unwind: they take a thousand times as long.
SLOW = {name for name, call in ALL.items() if call.raises is panics.panic_exception_type()}
