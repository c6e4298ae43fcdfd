//! Slots that several special methods share.

use std::collections::BTreeMap;

use crate::emit::description::{Description, OBJECT, parameters};
use crate::emit::template::{Code, emit};
use crate::emit::{option, protocols, root};
use crate::parse::doc::Doc;
use crate::parse::methods::Methods;

/// The implementations of an operator, with the class on the left and on the right.
#[derive(Default)]
pub(super) struct Operator {
    pub(super) power: bool,
    pub(super) forward: Option<Code>,
    pub(super) reflected: Option<Code>,
}

/// Special methods that share a slot, until the slot is written.
#[derive(Default)]
pub(crate) struct Shared {
    /// By slot.
    pub(super) operators: BTreeMap<&'static str, Operator>,
    /// CPython's number → implementation
    pub(super) comparisons: BTreeMap<&'static str, Code>,
    /// By slot.
    pub(super) assignments: BTreeMap<&'static str, Assignment>,
    pub(super) protocols: protocols::Shared,
    /// By the name of the property: the setter and the deleter.
    pub(super) setters: BTreeMap<String, (Option<Code>, Option<Code>)>,
}

/// The implementations of an assignment and of a deletion.
#[derive(Default)]
pub(super) struct Assignment {
    pub(super) set: Option<Code>,
    pub(super) delete: Option<Code>,
    pub(super) refusal: &'static str,
}

/// Writes `tp_richcompare`.
pub(crate) fn compare_slot(description: &mut Description, implementation: Code) {
    description.shim_slot(
        "Py_tp_richcompare",
        "left: *mut $root::ffi::PyObject, right: *mut $root::ffi::PyObject, operator: ::core::ffi::c_int",
        OBJECT,
        "compare(left, right, operator, $implementation)",
        &[("implementation", implementation)],
    );
}

/// The slots that several methods share.
pub(super) fn write(block: &Methods, description: &mut Description, shared: Shared) {
    for (
        slot,
        Operator {
            power,
            forward,
            reflected,
        },
    ) in shared.operators
    {
        let only_forward = forward.clone().filter(|_| reflected.is_none() && !power);
        let holes = [
            ("class", (&block.class).into()),
            ("forward", option(forward)),
            ("reflected", option(reflected)),
        ];
        let shim = if let Some(implementation) = only_forward {
            description.shim(
                &parameters(&["left", "right"]),
                OBJECT,
                "operator_on_left(left, right, $root::emitted::is_instance::<$class>, $implementation)",
                &[("class", (&block.class).into()), ("implementation", implementation)],
            )
        } else if power {
            description.shim(
                &parameters(&["left", "right", "modulus"]),
                OBJECT,
                "power(left, right, modulus, $root::emitted::is_instance::<$class>, $forward, $reflected)",
                &holes,
            )
        } else {
            description.shim(
                &parameters(&["left", "right"]),
                OBJECT,
                "operator(left, right, $root::emitted::is_instance::<$class>, $forward, $reflected)",
                &holes,
            )
        };
        description.slot(slot, shim);
    }
    if !shared.comparisons.is_empty() {
        let implementation = comparison_dispatch(description, &shared.comparisons);
        compare_slot(description, implementation);
    }
    for (slot, assignment) in shared.assignments {
        description.shim_slot(
            slot,
            &parameters(&["receiver", "key", "value"]),
            "::core::ffi::c_int",
            &format!(
                "assign(receiver, key, value, $set, $delete, $root::emitted::{}) as ::core::ffi::c_int",
                assignment.refusal
            ),
            &[
                ("set", option(assignment.set)),
                ("delete", option(assignment.delete)),
            ],
        );
    }
    for (name, (setter, deleter)) in shared.setters {
        description.undivided(&format!("set_{name}"));
        match deleter {
            None => description.property(&name, &Doc::default(), None, setter),
            Some(deleter) => description.deletable_property(&name, setter, deleter),
        }
    }
    protocols::write_shared(block, description, shared.protocols);
}

/// One implementation for all comparisons, which calls the one that is asked for.
fn comparison_dispatch(
    description: &mut Description,
    comparisons: &BTreeMap<&'static str, Code>,
) -> Code {
    let mut arms = Code::new();
    for (number, implementation) in comparisons {
        arms.add(emit(
            &format!("$root::ffi::{number} => unsafe {{ $implementation(py, receiver, args) }},"),
            &[("root", root()), ("implementation", implementation.clone())],
        ));
    }
    // As in Python, `!=` is the opposite of `==` where only that is defined.
    if comparisons.contains_key("Py_EQ") && !comparisons.contains_key("Py_NE") {
        arms.add(emit(
            "$root::ffi::Py_NE => unsafe { $root::emitted::not_equal(py, receiver, args) },",
            &[("root", root())],
        ));
    }
    let body = emit(
        "match unsafe { $root::emitted::comparison_number(args) } {
            $arms
            _ => $root::emitted::not_implemented(py),
        }",
        &[("root", root()), ("arms", arms)],
    );
    description.implementation(body, false)
}
