//! Marshalled code objects, written in one way.
//!
//! What `marshal.dumps` makes of a code object depends on more than the code: an object is marked as one to be referred to where
//! somebody else happens to hold it too, equal texts are one object or two, and before 3.11 the order in a `frozenset` follows the
//! hash seed. Here a code object is read, equal constants are made one, what is referred to is marked and nothing else, members
//! of sets are sorted where their order is chance, and the file name becomes that of the file in the archive. The same code gives
//! the same bytes, fewer of them, which are also quicker to load.
//!
//! Source of the layout: `Python/marshal.c` of CPython 3.10 to 3.13, format version 4. No version of the format is documented;
//! the tests compare with what the interpreters themselves read.

use std::cmp::Ordering;
use std::collections::HashMap;

const FLAG_REFERRED: u8 = 0x80;
/// Deeper than CPython's own limit for what it compiles, and shallow enough for the stack of a thread.
const DEEPEST: usize = 400;

/// How the fields of a code object follow on each other: numbers, objects, the first line, objects.
struct CodeFields {
    numbers: usize,
    objects: usize,
    /// Which of the objects is the file name.
    file_name: usize,
    objects_after: usize,
}

impl CodeFields {
    fn of(minor_version: u32) -> Self {
        if minor_version < 11 {
            Self {
                numbers: 6,
                objects: 8,
                file_name: 6,
                objects_after: 1,
            }
        } else {
            Self {
                numbers: 5,
                objects: 8,
                file_name: 5,
                objects_after: 2,
            }
        }
    }
}

/// A marshalled object: its type, its bytes and its parts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Node {
    /// The byte of the type, that of the long form where there are two.
    kind: u8,
    own: Vec<u8>,
    parts: Vec<u32>,
}

/// Rewrites the marshalled code object of a module for CPython 3.`minor_version`; `None` where the bytes are none.
pub(crate) fn canonical(bytes: &[u8], minor_version: u32, file_name: &str) -> Option<Vec<u8>> {
    let fields = CodeFields::of(minor_version);
    let mut reader = Reader {
        rest: bytes,
        minor_version,
        fields: &fields,
        file_name,
        referred: Vec::new(),
        nodes: Vec::new(),
        known: HashMap::new(),
    };
    let root = reader.object(0)?;
    let nodes = reader.nodes;
    if nodes.get(root as usize)?.kind != b'c' || !reader.rest.is_empty() {
        return None;
    }
    let mut writer = Writer {
        uses: uses(&nodes, root),
        nodes: &nodes,
        fields: &fields,
        numbers: HashMap::new(),
        bytes: Vec::with_capacity(bytes.len()),
    };
    writer.object(root);
    Some(writer.bytes)
}

struct Reader<'a> {
    rest: &'a [u8],
    minor_version: u32,
    fields: &'a CodeFields,
    file_name: &'a str,
    /// What can be referred to, by its number; nothing while its parts are being read.
    referred: Vec<Option<u32>>,
    nodes: Vec<Node>,
    known: HashMap<Node, u32>,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn long(&mut self) -> Option<i32> {
        let bytes = self.take(4)?.first_chunk()?;
        Some(i32::from_le_bytes(*bytes))
    }

    fn length(&mut self) -> Option<usize> {
        usize::try_from(self.long()?).ok()
    }

    /// Reads one object and gives its position among the nodes.
    fn object(&mut self, depth: usize) -> Option<u32> {
        if depth > DEEPEST {
            return None;
        }
        let byte = self.byte()?;
        let kind = byte & !FLAG_REFERRED;
        if kind == b'r' {
            let number = self.length()?;
            return *self.referred.get(number)?;
        }
        let reserved = (byte & FLAG_REFERRED != 0).then(|| {
            self.referred.push(None);
            self.referred.len() - 1
        });
        let (mut own, mut parts) = (Vec::new(), Vec::new());
        let mut long_form = kind;
        match kind {
            b'N' | b'T' | b'F' | b'.' | b'S' => {}
            b'i' => own.extend(self.take(4)?),
            b'g' => own.extend(self.take(8)?),
            b'y' => own.extend(self.take(16)?),
            b'l' => {
                // The sign is that of the number; digits have 15 bits, in 2 bytes.
                let digits = self.long()?;
                own.extend(digits.to_le_bytes());
                own.extend(self.take(usize::try_from(digits.unsigned_abs()).ok()? * 2)?);
            }
            b's' | b'u' | b't' | b'a' | b'A' => {
                let length = self.length()?;
                own.extend(self.take(length)?);
            }
            b'z' | b'Z' => {
                let length = usize::from(self.byte()?);
                own.extend(self.take(length)?);
                long_form = if kind == b'z' { b'a' } else { b'A' };
            }
            b'(' | b')' | b'>' => {
                let length = match kind {
                    b')' => usize::from(self.byte()?),
                    _ => self.length()?,
                };
                for _ in 0..length {
                    parts.push(self.object(depth + 1)?);
                }
                if kind != b'>' {
                    long_form = b'(';
                } else if !parts.iter().all(|&part| self.has_steady_hash(part)) {
                    // A set whose members have steady hashes is gone through in the same order by every process. That order follows the
                    // one in which they are put in, where hashes collide: it is not for us to change.
                    parts.sort_by(|&a, &b| self.compare(a, b));
                }
            }
            b'c' => {
                own.extend(self.take(self.fields.numbers * 4)?);
                for field in 0..self.fields.objects {
                    let part = self.object(depth + 1)?;
                    parts.push(if field == self.fields.file_name {
                        self.file_name()
                    } else {
                        part
                    });
                }
                own.extend(self.take(4)?);
                for _ in 0..self.fields.objects_after {
                    parts.push(self.object(depth + 1)?);
                }
            }
            _ => return None,
        }
        let position = self.add(Node {
            kind: kind_of_text(long_form, &own),
            own,
            parts,
        });
        if let Some(number) = reserved {
            self.referred[number] = Some(position);
        }
        Some(position)
    }

    /// The node of a new object, or of the equal one that there is. Two functions may look the same and are two all the same.
    fn add(&mut self, node: Node) -> u32 {
        if let Some(&known) = self.known.get(&node) {
            return known;
        }
        // As many as there are bytes, whose number fits 32 bits or `marshal` would not have written them.
        let position = self.nodes.len() as u32;
        self.nodes.push(node.clone());
        if node.kind != b'c' {
            self.known.insert(node, position);
        }
        position
    }

    fn file_name(&mut self) -> u32 {
        self.add(Node {
            kind: if self.file_name.is_ascii() {
                b'a'
            } else {
                b'u'
            },
            own: self.file_name.as_bytes().to_vec(),
            parts: Vec::new(),
        })
    }

    /// Whether an object has the same hash in each process: numbers have, and tuples of what has. Texts are hashed with a seed,
    /// `Ellipsis`, NaN (3.10) and until 3.12 `None` by their addresses.
    fn has_steady_hash(&self, position: u32) -> bool {
        let node = &self.nodes[position as usize];
        match node.kind {
            b'T' | b'F' | b'i' | b'l' => true,
            b'N' => self.minor_version >= 12,
            b'g' | b'y' => node
                .own
                .as_chunks()
                .0
                .iter()
                .all(|&bytes| !f64::from_le_bytes(bytes).is_nan()),
            b'(' => node.parts.iter().all(|&part| self.has_steady_hash(part)),
            _ => false,
        }
    }

    fn compare(&self, a: u32, b: u32) -> Ordering {
        if a == b {
            return Ordering::Equal;
        }
        let (a, b) = (&self.nodes[a as usize], &self.nodes[b as usize]);
        let own = (a.kind, &a.own, a.parts.len()).cmp(&(b.kind, &b.own, b.parts.len()));
        own.then_with(|| {
            let pairs = a.parts.iter().zip(&b.parts);
            pairs.fold(Ordering::Equal, |order, (&a, &b)| {
                order.then_with(|| self.compare(a, b))
            })
        })
    }
}

/// The kind, but of a text of one character below U+0100 that of an interned one. There is one object for each of those, which is interned
/// or not by what the process did before.
fn kind_of_text(kind: u8, own: &[u8]) -> u8 {
    let is_single = match own {
        [byte] => byte.is_ascii(),
        [first, _] => matches!(first, 0xc2 | 0xc3),
        _ => false,
    };
    match kind {
        b'a' if is_single => b'A',
        b'u' if is_single => b't',
        kind => kind,
    }
}

/// How often each node is part of another.
fn uses(nodes: &[Node], root: u32) -> Vec<u32> {
    let mut uses = vec![0_u32; nodes.len()];
    let mut pending = vec![root];
    while let Some(position) = pending.pop() {
        uses[position as usize] += 1;
        if uses[position as usize] == 1 {
            pending.extend(&nodes[position as usize].parts);
        }
    }
    uses
}

struct Writer<'a> {
    nodes: &'a [Node],
    uses: Vec<u32>,
    fields: &'a CodeFields,
    /// The number by which what was written before is referred to.
    numbers: HashMap<u32, u32>,
    bytes: Vec<u8>,
}

impl Writer<'_> {
    fn object(&mut self, position: u32) {
        if let Some(number) = self.numbers.get(&position) {
            self.bytes.push(b'r');
            self.bytes.extend(number.to_le_bytes());
            return;
        }
        let nodes = self.nodes;
        let node = &nodes[position as usize];
        // A small number is as short as what refers to it; what is empty there is once anyway.
        let is_worth_it = node.kind != b'i' && !(node.own.is_empty() && node.parts.is_empty());
        let flag = if is_worth_it && self.uses[position as usize] > 1 {
            self.numbers.insert(position, self.numbers.len() as u32);
            FLAG_REFERRED
        } else {
            0
        };
        match node.kind {
            b'a' | b'A' if node.own.len() < 256 => {
                let short_form = if node.kind == b'a' { b'z' } else { b'Z' };
                self.bytes.push(short_form | flag);
                self.bytes.push(node.own.len() as u8);
                self.bytes.extend(&node.own);
            }
            b's' | b'u' | b't' | b'a' | b'A' => {
                self.bytes.push(node.kind | flag);
                self.bytes.extend((node.own.len() as u32).to_le_bytes());
                self.bytes.extend(&node.own);
            }
            b'(' if node.parts.len() < 256 => {
                self.bytes.extend([b')' | flag, node.parts.len() as u8]);
                node.parts.iter().for_each(|&part| self.object(part));
            }
            b'(' | b'>' => {
                self.bytes.push(node.kind | flag);
                self.bytes.extend((node.parts.len() as u32).to_le_bytes());
                node.parts.iter().for_each(|&part| self.object(part));
            }
            b'c' => {
                self.bytes.push(b'c' | flag);
                let (numbers, line) = node.own.split_at(self.fields.numbers * 4);
                let (before, after) = node.parts.split_at(self.fields.objects);
                self.bytes.extend(numbers);
                before.iter().for_each(|&part| self.object(part));
                self.bytes.extend(line);
                after.iter().for_each(|&part| self.object(part));
            }
            _ => {
                self.bytes.push(node.kind | flag);
                self.bytes.extend(&node.own);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::canonical;
    use crate::interpreter::run_with_input;
    use crate::pythons::pythons;

    /// Marshals modules of the standard library twice: when nobody else holds the parts of the code object, and when somebody does.
    const MARSHAL: &str = r#"
import glob, marshal, os, struct, sys
from types import CodeType

def parts(value):
    yield value
    if isinstance(value, CodeType):
        for name in dir(value):
            if name.startswith("co_") and not callable(getattr(value, name)):
                yield from parts(getattr(value, name))
    elif isinstance(value, (tuple, frozenset)):
        for each in value:
            yield from parts(each)

sources = sorted(glob.glob(os.path.dirname(os.__file__) + "/*.py"))
for path in sources[::12]:
    with open(path, "rb") as stream:
        code = compile(stream.read(), path, "exec", dont_inherit=True)
    first = marshal.dumps(code)
    code = marshal.loads(first)
    held = list(parts(code))
    for data in (first, marshal.dumps(code)):
        sys.stdout.buffer.write(struct.pack("<I", len(data)) + data)
"#;

    /// Compares code objects, pair by pair.
    const COMPARE: &str = r#"
import marshal, struct, sys
from types import CodeType

def same(a, b):
    assert a == b and b.co_filename == "lib/a.py", a
    assert all(name is sys.intern(name) for name in b.co_names + b.co_varnames)
    for one, other in zip(a.co_consts, b.co_consts):
        assert type(one) is type(other) and (isinstance(one, (CodeType, frozenset)) or repr(one) == repr(other)), (one, other)
        if isinstance(one, CodeType):
            same(one, other)

data, at, codes = sys.stdin.buffer.read(), 0, []
while at < len(data):
    (length,) = struct.unpack_from("<I", data, at)
    codes.append(marshal.loads(memoryview(data)[at + 4 : at + 4 + length]))
    at += 4 + length
for a, b in zip(codes[::2], codes[1::2]):
    same(a, b)
print(len(codes) // 2)
"#;

    fn blocks(mut bytes: &[u8]) -> Vec<&[u8]> {
        let mut blocks = Vec::new();
        while let Some((length, rest)) = bytes.split_first_chunk() {
            let (block, rest) = rest.split_at(u32::from_le_bytes(*length) as usize);
            blocks.push(block);
            bytes = rest;
        }
        blocks
    }

    #[test]
    fn the_interpreters_read_the_same_code_whoever_held_it() {
        for (version, python) in pythons() {
            let minor_version = version.strip_prefix("3.").unwrap().parse().unwrap();
            let python: &Path = &python;
            let marshalled = run_with_input(python, MARSHAL, b"").unwrap();
            let mut pairs = Vec::new();
            let (mut before, mut after, mut differed) = (0, 0, 0);
            for pair in blocks(&marshalled).chunks(2) {
                let [one, other] = [0, 1].map(|at| {
                    canonical(pair[at], minor_version, "lib/a.py").expect("a code object")
                });
                assert_eq!(one, other, "{version}");
                differed += usize::from(pair[0] != pair[1]);
                before += pair[0].len();
                after += one.len();
                for block in [pair[0], &one] {
                    pairs.extend((block.len() as u32).to_le_bytes());
                    pairs.extend(block);
                }
            }
            assert!(
                after < before && differed > 0,
                "{version}: {after} of {before}"
            );
            let count = run_with_input(python, COMPARE, &pairs).unwrap();
            let count: usize = String::from_utf8(count).unwrap().trim().parse().unwrap();
            assert!(count > 10, "{version}: {count}");
        }
    }

    /// Marshals a module that goes through many sets of what has the same hash in each process.
    const NUMBERS: &str = r#"
import marshal, random, sys

random.seed(7)

def member():
    kind = random.random()
    if kind < 0.6:
        return random.randrange(-40, 40) * random.choice((1, 8, 64, 1 << 20))
    if kind < 0.8:
        return random.randrange(1 << 70)
    return random.choice((random.randrange(99) / 4, 3j, True, (1, 2.5), (random.randrange(50),), ((), 8)))

lines = []
for number in range(400):
    members = [member() for _ in range(random.randrange(2, 24))]
    lines.append("for x in {%s}: pass" % ", ".join(map(repr, members)))
code = compile("\n".join(lines), "numbers", "exec", dont_inherit=True)
sys.stdout.buffer.write(marshal.dumps(code))
"#;

    /// Compares the order in which two code objects go through their sets.
    const ORDER: &str = r#"
import marshal, struct, sys

data = sys.stdin.buffer.read()
(length,) = struct.unpack_from("<I", data)
codes = marshal.loads(data[4 : 4 + length]), marshal.loads(data[4 + length :])
one, other = ([list(each) for each in code.co_consts if isinstance(each, frozenset)] for code in codes)
print(len(one) > 300, [pair for pair in zip(one, other) if repr(pair[0]) != repr(pair[1])])
"#;

    #[test]
    fn sets_of_numbers_are_gone_through_in_the_same_order() {
        for (version, python) in pythons() {
            let minor_version = version.strip_prefix("3.").unwrap().parse().unwrap();
            let marshalled = run_with_input(&python, NUMBERS, b"").unwrap();
            let written = canonical(&marshalled, minor_version, "lib/a.py").unwrap();
            let mut both = (marshalled.len() as u32).to_le_bytes().to_vec();
            both.extend(marshalled.iter().chain(&written));
            let answer = run_with_input(&python, ORDER, &both).unwrap();
            assert_eq!(String::from_utf8_lossy(&answer), "True []\n", "{version}");
        }
    }

    /// Sets of texts, and of what is hashed by its address.
    const CHANCE: &str = r#"
import marshal, sys

texts = ", ".join(repr("text %d" % each) for each in range(20))
sets = ["{%s}" % texts, "{b'a', b'b', 7, 3}", "{('a', 1), ('b', 2), (3, 4)}", "{..., None, 5, 6}"]
code = compile("\n".join("for x in %s: pass" % each for each in sets), "texts", "exec")
sys.stdout.buffer.write(marshal.dumps(code))
"#;

    #[test]
    fn sets_whose_order_is_chance_are_written_in_one_order() {
        for (version, python) in pythons() {
            let minor_version = version.strip_prefix("3.").unwrap().parse().unwrap();
            // `-I` leaves the seed of hashes to chance.
            let written: std::collections::BTreeSet<_> = (0..6)
                .map(|_| {
                    let marshalled = run_with_input(&python, CHANCE, b"").unwrap();
                    canonical(&marshalled, minor_version, "lib/a.py").unwrap()
                })
                .collect();
            assert_eq!(written.len(), 1, "{version}");
        }
    }

    /// Marshals a code object before and after somebody interns texts of one character that are constants of it.
    const INTERN: &str = r#"
import marshal, struct, sys

source = "a = '{', 'é', '}'\ndef f(x):\n    return x + '{' + 'é' + '{ }'\n"
before = marshal.dumps(compile(source, "x", "exec", dont_inherit=True))
kept = [sys.intern(text) for text in "{é}"]
after = marshal.dumps(compile(source, "x", "exec", dont_inherit=True))
for data in (before, after):
    sys.stdout.buffer.write(struct.pack("<I", len(data)) + data)
"#;

    #[test]
    fn texts_of_one_character_are_the_same_whoever_interned_them() {
        let mut differed = 0;
        for (version, python) in pythons() {
            let minor_version = version.strip_prefix("3.").unwrap().parse().unwrap();
            let marshalled = run_with_input(&python, INTERN, b"").unwrap();
            let [before, after] = blocks(&marshalled)[..] else {
                panic!("{version}: {marshalled:?}")
            };
            let canonical = |data| canonical(data, minor_version, "lib/a.py").unwrap();
            assert_eq!(canonical(before), canonical(after), "{version}");
            differed += usize::from(before != after);
            let pairs = [before, &canonical(before)];
            let mut pair = Vec::new();
            for block in pairs {
                pair.extend((block.len() as u32).to_le_bytes());
                pair.extend(block);
            }
            let count = run_with_input(&python, COMPARE, &pair).unwrap();
            assert_eq!(String::from_utf8(count).unwrap().trim(), "1", "{version}");
        }
        assert!(differed > 0);
    }

    /// `def f(): return "spam", 1 << 70, {"b", "a"}` and the like, as CPython 3.11 marshals it.
    const CODE: &[u8] = include_bytes!("../tests/data/code-311.marshal");

    #[test]
    fn rewriting_again_changes_nothing() {
        let once = canonical(CODE, 11, "app/main.py").unwrap();
        assert_eq!(canonical(&once, 11, "app/main.py").unwrap(), once);
        assert!(once.len() < CODE.len());
        let text = |bytes: &[u8], text: &str| {
            bytes
                .windows(text.len())
                .filter(|part| *part == text.as_bytes())
                .count()
        };
        assert_eq!(
            (text(&once, "app/main.py"), text(CODE, "app/main.py")),
            (1, 0)
        );
        assert_eq!(
            (text(&once, "/from/here.py"), text(CODE, "/from/here.py")),
            (0, 1)
        );
    }

    #[test]
    fn what_is_no_code_is_refused() {
        assert_eq!(canonical(b"", 11, "x"), None);
        assert_eq!(canonical(b"N", 11, "x"), None);
        // An object that refers to itself, and one that is too deep.
        assert_eq!(canonical(b"\xa9\x01r\0\0\0\0", 11, "x"), None);
        assert_eq!(canonical(&b")\x01".repeat(100_000), 11, "x"), None);
        for length in 0..CODE.len() {
            assert_eq!(canonical(&CODE[..length], 11, "x"), None, "{length}");
        }
        for at in (0..CODE.len() * 8).step_by(7) {
            let mut damaged = CODE.to_vec();
            damaged[at / 8] ^= 1 << (at % 8);
            // Whatever comes of it, it comes.
            let _ = canonical(&damaged, 11, "x");
        }
    }
}
