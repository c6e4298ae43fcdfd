//! Structs and enums that become classes.

use proc_macro::{Delimiter, Ident, Span, TokenStream};

use crate::parse::attribute::{Attribute, OptionItem, parse_attributes, parse_options};
use crate::parse::cursor::Cursor;
use crate::parse::doc::Doc;
use crate::parse::function::is_ours;
use crate::parse::signature::name;
use crate::parse::{Error, Result};

/// What `#[pyclass(…)]` and `#[pyo3(…)]` can say about a class.
#[derive(Default)]
pub(crate) struct ClassOptions {
    pub(crate) name: Option<String>,
    pub(crate) module: Option<String>,
    pub(crate) frozen: bool,
    pub(crate) subclass: bool,
    pub(crate) get_all: bool,
    pub(crate) set_all: bool,
    pub(crate) eq: bool,
    pub(crate) ord: bool,
    pub(crate) hash: bool,
    pub(crate) str: bool,
    pub(crate) eq_int: bool,
    pub(crate) from_py_object: bool,
    pub(crate) rename_all: Option<Case>,
    /// What the class extends.
    pub(crate) extends: Option<TokenStream>,
    pub(crate) dict: bool,
    pub(crate) weakref: bool,
    pub(crate) unsendable: bool,
    pub(crate) generic: bool,
    pub(crate) immutable_type: bool,
    pub(crate) mapping: bool,
    pub(crate) sequence: bool,
    /// `new = "from_fields"`
    pub(crate) new: bool,
    /// `str = "…"`
    pub(crate) format: Option<TokenStream>,
}

/// A rule for names.
#[derive(Clone, Copy)]
pub(crate) enum Case {
    Camel,
    Kebab,
    Lower,
    Pascal,
    ScreamingKebab,
    ScreamingSnake,
    Snake,
    Upper,
}

/// A field of a struct.
pub(crate) struct Field {
    /// How Rust names it: an identifier, or the index in a tuple struct.
    pub(crate) member: String,
    pub(crate) member_span: Span,
    pub(crate) python_name: Option<String>,
    pub(crate) get: bool,
    pub(crate) set: bool,
    pub(crate) ty: TokenStream,
    pub(crate) doc: Doc,
}

/// A variant of an enum.
pub(crate) struct Variant {
    pub(crate) ident: Ident,
    pub(crate) python_name: Option<String>,
    pub(crate) fields: Fields,
    /// `constructor = (…)`: a signature, in its parentheses.
    pub(crate) constructor: Option<TokenStream>,
    pub(crate) doc: Doc,
}

/// What a variant holds.
pub(crate) enum Fields {
    /// Nothing: `A`.
    None,
    /// `A { x: i32 }`
    Named(Vec<Field>),
    /// `A(i32)`
    Numbered(Vec<Field>),
}

pub(crate) enum Shape {
    Struct(Vec<Field>),
    /// Without fields.
    Enum(Vec<Variant>),
    /// With fields.
    ComplexEnum(Vec<Variant>),
}

/// A class.
pub(crate) struct Class {
    pub(crate) visibility: TokenStream,
    pub(crate) ident: Ident,
    /// Are the fields of the struct named?
    pub(crate) is_named: bool,
    pub(crate) shape: Shape,
    pub(crate) options: ClassOptions,
    pub(crate) doc: Doc,
    /// The item without the attributes that are ours.
    pub(crate) item: TokenStream,
}

const KNOWN: &str = "`name`, `module`, `frozen`, `subclass`, `extends`, `get_all`, `set_all`, `eq`, `ord`, `hash`, `str`, \
                     `eq_int`, `new`, `dict`, `weakref`, `unsendable`, `mapping`, `sequence`, `generic`, `immutable_type`, \
                     `freelist`, `from_py_object`, `skip_from_py_object`, `rename_all` and `crate`";

impl ClassOptions {
    fn add(&mut self, arguments: TokenStream) -> Result<()> {
        for option in parse_options(arguments)? {
            match option.name.as_str() {
                "name" => self.name = Some(option.python_name()?),
                "module" => self.module = Some(option.string()?),
                "frozen" => self.frozen = true,
                "subclass" => self.subclass = true,
                "get_all" => self.get_all = true,
                "set_all" => self.set_all = true,
                "eq" => self.eq = true,
                "ord" => self.ord = true,
                "hash" => self.hash = true,
                "str" => {
                    self.str = true;
                    if !option.value.is_empty() {
                        option.string()?;
                        self.format = Some(option.value.clone());
                    }
                }
                "eq_int" => self.eq_int = true,
                "from_py_object" => self.from_py_object = true,
                "skip_from_py_object" => {}
                "extends" if !option.value.is_empty() => self.extends = Some(option.value.clone()),
                "dict" => self.dict = true,
                "weakref" => self.weakref = true,
                "unsendable" => self.unsendable = true,
                "generic" => self.generic = true,
                "immutable_type" => self.immutable_type = true,
                "mapping" => self.mapping = true,
                "sequence" => self.sequence = true,
                // Where the build is for speed, every class keeps the memory of a few dead instances.
                "freelist" => {}
                "new" => match option.string()?.as_str() {
                    "from_fields" => self.new = true,
                    other => {
                        return Err(Error::new(
                            option.span,
                            format!("`new` knows \"from_fields\" only, not {other:?}"),
                        ));
                    }
                },
                "crate" => crate::emit::root::set(Some(option.path()?)),
                "rename_all" => self.rename_all = Some(Case::parse(&option)?),
                _ => return Err(option.unknown("a class", KNOWN)),
            }
        }
        Ok(())
    }

    fn check_enum(&self, ident: &Ident) -> Result<()> {
        let problem = if self.get_all || self.set_all || self.subclass || self.new {
            "`get_all`, `set_all`, `subclass` and `new` are for structs"
        } else if self.format.is_some() {
            "`str` with a format is for structs: implement `Display`, and write `str` alone"
        } else if self.extends.is_some() {
            "an enum cannot extend another class"
        } else {
            return Ok(());
        };
        Err(Error::new(ident.span(), problem))
    }

    fn check(&self, ident: &Ident) -> Result<()> {
        let problem = if self.ord && !self.eq {
            "`ord` needs `eq` beside it"
        } else if self.hash && !(self.eq && self.frozen) {
            "`hash` needs `eq` and `frozen` beside it: an object whose hash can change breaks every dict it is in"
        } else if self.new && self.extends.is_some() {
            "`new = \"from_fields\"` cannot go with `extends`: the base class needs values too; write a constructor with #[new]"
        } else if self.mapping && self.sequence {
            "a class is a `mapping` or a `sequence`, not both"
        } else if self.format.is_some() && (self.name.is_some() || self.rename_all.is_some()) {
            "`str` with a format cannot go with `name` or `rename_all`: remove the format, or the other"
        } else if self.frozen && self.set_all {
            "a frozen class cannot have setters: remove `frozen` or `set_all`"
        } else {
            return Ok(());
        };
        Err(Error::new(ident.span(), problem))
    }
}

impl Case {
    pub(crate) fn parse(option: &OptionItem) -> Result<Self> {
        Ok(match option.string()?.as_str() {
            "camelCase" => Case::Camel,
            "kebab-case" => Case::Kebab,
            "lowercase" => Case::Lower,
            "PascalCase" => Case::Pascal,
            "SCREAMING-KEBAB-CASE" => Case::ScreamingKebab,
            "SCREAMING_SNAKE_CASE" => Case::ScreamingSnake,
            "snake_case" => Case::Snake,
            "UPPERCASE" => Case::Upper,
            other => {
                return Err(Error::new(
                    option.span,
                    format!("`rename_all` does not know the case {other:?}"),
                ));
            }
        })
    }

    /// A Rust name in this case.
    pub(crate) fn apply(self, name: &str) -> String {
        let words = words(name);
        let capital = |word: &str| {
            let mut chars = word.chars();
            chars.next().map_or(String::new(), |first| {
                first.to_uppercase().chain(chars).collect()
            })
        };
        match self {
            Case::Lower => name.to_lowercase(),
            Case::Upper => name.to_uppercase(),
            Case::Snake => words.join("_"),
            Case::Kebab => words.join("-"),
            Case::ScreamingSnake => words.join("_").to_uppercase(),
            Case::ScreamingKebab => words.join("-").to_uppercase(),
            Case::Pascal => words.iter().map(|word| capital(word)).collect(),
            Case::Camel => {
                let mut parts = words.iter();
                let first = parts.next().cloned().unwrap_or_default();
                first + &parts.map(|word| capital(word)).collect::<String>()
            }
        }
    }
}

/// The lower-case words of a name in snake or camel case. A digit belongs to the letter before it.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let chars: Vec<char> = name.chars().collect();
    let mut start = true;
    let (mut after_lower, mut after_upper) = (false, false);
    for (index, &c) in chars.iter().enumerate() {
        if c == '_' {
            start = true;
            continue;
        }
        let before_lower = chars.get(index + 1).is_some_and(|next| next.is_lowercase());
        if start || (c.is_uppercase() && (after_lower || (after_upper && before_lower))) {
            words.push(String::new());
            (after_lower, after_upper) = (false, false);
        }
        start = false;
        if c.is_lowercase() || c.is_uppercase() {
            (after_lower, after_upper) = (c.is_lowercase(), c.is_uppercase());
        }
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    words
}

/// A class from its options and its item.
pub(crate) fn parse(arguments: TokenStream, item: TokenStream) -> Result<Class> {
    let mut options = ClassOptions::default();
    options.add(arguments)?;
    let mut cursor = Cursor::new(item, Span::call_site());
    let attributes = parse_attributes(&mut cursor)?;
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path == "pyo3")
    {
        options.add(attribute.arguments.clone())?;
    }
    let mut item: TokenStream = attributes
        .iter()
        .filter(|attribute| !is_ours(attribute))
        .map(|attribute| attribute.tokens.clone())
        .collect();
    let start = cursor.position();
    let visibility = cursor.visibility();
    let is_enum = cursor.peek_ident("enum");
    if !is_enum && !cursor.peek_ident("struct") {
        return Err(cursor.error("#[pyclass] is for structs and enums"));
    }
    cursor.next();
    let ident = cursor.ident("the name of the class")?;
    if cursor.peek_punct('<') {
        return Err(cursor
            .error("a class cannot be generic: Python could not choose the types or lifetimes"));
    }
    item.extend(cursor.since(start));
    let mut is_named = false;

    let shape = if is_enum {
        let group = cursor.group(Delimiter::Brace, "the variants of the enum")?;
        let (variants, cleaned) = parse_variants(&group)?;
        item.extend([cleaned]);
        if variants.is_empty() {
            return Err(Error::new(
                ident.span(),
                "an enum without variants cannot be a class: it has no instances",
            ));
        }
        options.check_enum(&ident)?;
        if variants
            .iter()
            .all(|variant| matches!(variant.fields, Fields::None))
        {
            if let Some(variant) = variants
                .iter()
                .find(|variant| variant.constructor.is_some())
            {
                return Err(Error::new(
                    variant.ident.span(),
                    "`constructor` can't be used on a simple enum variant",
                ));
            }
            Shape::Enum(variants)
        } else {
            if let Some(variant) = variants
                .iter()
                .find(|variant| matches!(variant.fields, Fields::None))
            {
                return Err(Error::new(
                    variant.ident.span(),
                    format!(
                        "the variant `{0}` has no fields where others have: write `{0}()` or `{0} {{}}`",
                        variant.ident
                    ),
                ));
            }
            if options.eq_int {
                return Err(Error::new(
                    ident.span(),
                    "`eq_int` is for enums without fields",
                ));
            }
            // Nothing may turn an instance of one variant's class into another variant.
            options.frozen = true;
            options.subclass = true;
            Shape::ComplexEnum(variants)
        }
    } else {
        if options.eq_int {
            return Err(Error::new(ident.span(), "`eq_int` is for enums"));
        }
        let fields = match cursor.peek() {
            Some(proc_macro::TokenTree::Group(group)) => {
                let group = group.clone();
                is_named = group.delimiter() == Delimiter::Brace;
                cursor.next();
                let (fields, cleaned) = parse_fields(&group)?;
                item.extend([cleaned]);
                fields
            }
            _ => Vec::new(),
        };
        item.extend(cursor.rest());
        Shape::Struct(fields)
    };
    options.check(&ident)?;
    let doc = Doc::of(&attributes);
    Ok(Class {
        visibility,
        is_named,
        ident,
        shape,
        options,
        doc,
        item,
    })
}

fn without_ours(attributes: &[Attribute]) -> TokenStream {
    attributes
        .iter()
        .filter(|attribute| !is_ours(attribute))
        .map(|attribute| attribute.tokens.clone())
        .collect()
}

fn regroup(group: &proc_macro::Group, tokens: TokenStream) -> proc_macro::TokenTree {
    let mut cleaned = proc_macro::Group::new(group.delimiter(), tokens);
    cleaned.set_span(group.span());
    proc_macro::TokenTree::Group(cleaned)
}

fn comma() -> proc_macro::TokenTree {
    proc_macro::TokenTree::Punct(proc_macro::Punct::new(',', proc_macro::Spacing::Alone))
}

fn parse_fields(group: &proc_macro::Group) -> Result<(Vec<Field>, proc_macro::TokenTree)> {
    let named = group.delimiter() == Delimiter::Brace;
    let mut cursor = Cursor::of_group(group);
    let mut fields = Vec::new();
    let mut cleaned = TokenStream::new();
    while !cursor.at_end() {
        let attributes = parse_attributes(&mut cursor)?;
        cleaned.extend(without_ours(&attributes));
        let start = cursor.position();
        cursor.visibility();
        let span = cursor.span();
        let member = if named {
            let ident = cursor.ident("the name of a field")?;
            cursor.take_punct(':');
            ident.to_string()
        } else {
            fields.len().to_string()
        };
        let type_start = cursor.position();
        cursor.until(
            |token| matches!(token, proc_macro::TokenTree::Punct(punct) if punct.as_char() == ','),
        );
        let ty = cursor.since(type_start);
        cleaned.extend(cursor.since(start));
        cleaned.extend([comma()]);
        cursor.take_punct(',');
        let mut field = Field {
            member,
            member_span: span,
            python_name: None,
            get: false,
            set: false,
            ty,
            doc: Doc::of(&attributes),
        };
        for attribute in attributes
            .iter()
            .filter(|attribute| attribute.path == "pyo3")
        {
            for option in parse_options(attribute.arguments.clone())? {
                match option.name.as_str() {
                    "get" => field.get = true,
                    "set" => field.set = true,
                    "name" => field.python_name = Some(option.python_name()?),
                    _ => return Err(option.unknown("a field", "`get`, `set` and `name`")),
                }
            }
        }
        fields.push(field);
    }
    Ok((fields, regroup(group, cleaned)))
}

fn parse_variants(group: &proc_macro::Group) -> Result<(Vec<Variant>, proc_macro::TokenTree)> {
    let mut cursor = Cursor::of_group(group);
    let mut variants = Vec::new();
    let mut cleaned = TokenStream::new();
    while !cursor.at_end() {
        let attributes = parse_attributes(&mut cursor)?;
        cleaned.extend(without_ours(&attributes));
        let start = cursor.position();
        let ident = cursor.ident("the name of a variant")?;
        cleaned.extend(cursor.since(start));
        let fields = match cursor.peek() {
            Some(proc_macro::TokenTree::Group(group)) => {
                let group = group.clone();
                cursor.next();
                let (fields, without_ours) = parse_fields(&group)?;
                cleaned.extend([without_ours]);
                if group.delimiter() == Delimiter::Brace {
                    Fields::Named(fields)
                } else {
                    Fields::Numbered(fields)
                }
            }
            _ => Fields::None,
        };
        let start = cursor.position();
        while !cursor.at_end() && !cursor.peek_punct(',') {
            cursor.next();
        }
        cleaned.extend(cursor.since(start));
        cleaned.extend([comma()]);
        cursor.take_punct(',');
        let mut variant = Variant {
            ident,
            python_name: None,
            fields,
            constructor: None,
            doc: Doc::of(&attributes),
        };
        for attribute in attributes
            .iter()
            .filter(|attribute| attribute.path == "pyo3")
        {
            for option in parse_options(attribute.arguments.clone())? {
                match option.name.as_str() {
                    "name" => variant.python_name = Some(option.python_name()?),
                    "constructor" => variant.constructor = Some(option.value.clone()),
                    _ => return Err(option.unknown("a variant", "`name` and `constructor`")),
                }
            }
        }
        variants.push(variant);
    }
    Ok((variants, regroup(group, cleaned)))
}

impl Class {
    /// The class's name in Python.
    pub(crate) fn python_name(&self) -> String {
        self.options
            .name
            .clone()
            .unwrap_or_else(|| name(&self.ident))
    }

    /// A field's or variant's name in Python.
    pub(crate) fn member_name(&self, explicit: Option<&String>, rust: &str) -> String {
        let rust = rust.strip_prefix("r#").unwrap_or(rust);
        match (explicit, self.options.rename_all) {
            (Some(name), _) => name.clone(),
            (None, Some(case)) => case.apply(rust),
            (None, None) => rust.to_owned(),
        }
    }
}
