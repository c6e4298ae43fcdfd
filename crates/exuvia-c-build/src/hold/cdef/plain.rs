//! Preprocessed C without what compilers add to the language, and without what a header defines itself.

/// Words of compilers that say nothing of a call.
const DROPPED: [&str; 11] = [
    "__extension__",
    "_Noreturn",
    "noreturn",
    "__restrict",
    "__restrict__",
    "__inline",
    "__inline__",
    "inline",
    "_Nonnull",
    "_Nullable",
    "_Thread_local",
];

/// Words of compilers that come with parentheses.
const DROPPED_CALLS: [&str; 6] = [
    "__attribute__",
    "__attribute",
    "__declspec",
    "__asm__",
    "__asm",
    "_Static_assert",
];

/// What changes where members lie, as an attribute.
const LAYOUT: [&str; 5] = [
    "packed",
    "__packed__",
    "aligned",
    "__aligned__",
    "ms_struct",
];

/// The declarations of preprocessed C, one after the other as they are there.
///
/// # Errors
///
/// The word that changes a structure's layout, which cffi would otherwise assume to be the usual one.
pub(super) fn declarations(text: &str) -> Result<String, String> {
    let mut code = String::new();
    for line in text.lines() {
        match line.trim_start().strip_prefix('#') {
            Some(pragma) if pragma.contains("pack") => return Err(line.trim().to_owned()),
            Some(_) => {}
            None => code.push_str(&format!("{line}\n")),
        }
    }
    let mut plain = String::new();
    for declaration in split(&tokens(&code)) {
        if let Some(word) = layout(declaration) {
            return Err(word.to_owned());
        }
        if !defines_function(declaration) {
            let kept = without_extensions(declaration);
            if kept != [";"] {
                plain.push_str(&join(&kept));
                plain.push('\n');
            }
        }
    }
    Ok(plain)
}

/// The word that changes the layout, where there is one.
fn layout<'a>(declaration: &[&'a str]) -> Option<&'a str> {
    declaration.iter().enumerate().find_map(|(at, token)| {
        let after = &declaration[at + 1..];
        match *token {
            "_Alignas" | "alignas" => Some(*token),
            "__attribute__" | "__attribute" => {
                let attributes = &after[..after.len() - after_parentheses(after).len()];
                attributes
                    .iter()
                    .find(|word| LAYOUT.contains(word))
                    .copied()
            }
            _ => None,
        }
    })
}

/// Names and numbers, literals, and every other character by itself.
fn tokens(text: &str) -> Vec<&str> {
    let is_word = |character: char| character.is_alphanumeric() || "_.$".contains(character);
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("...") {
            3
        } else if first == '"' || first == '\'' {
            super::super::lines::literal(rest, first)
        } else if is_word(first) {
            rest.find(|character| !is_word(character))
                .unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        tokens.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    tokens
}

/// Cuts after each `;` that is in no braces, and after the body of a function.
fn split<'a>(tokens: &'a [&'a str]) -> Vec<&'a [&'a str]> {
    let mut declarations = Vec::new();
    let (mut begin, mut depth) = (0, 0_usize);
    for (at, token) in tokens.iter().enumerate() {
        match *token {
            "{" => depth += 1,
            "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        let ends =
            depth == 0 && (*token == ";" || *token == "}" && defines_function(&tokens[begin..=at]));
        if ends {
            declarations.push(&tokens[begin..=at]);
            begin = at + 1;
        }
    }
    if begin < tokens.len() {
        declarations.push(&tokens[begin..]);
    }
    declarations
}

/// Whether a body follows a parameter list.
fn defines_function(declaration: &[&str]) -> bool {
    let Some(body) = declaration.iter().position(|token| *token == "{") else {
        return false;
    };
    let head = without_extensions(&declaration[..body]);
    head.last() == Some(&")")
}

fn without_extensions<'a>(declaration: &[&'a str]) -> Vec<&'a str> {
    let mut kept = Vec::new();
    let mut rest = declaration;
    while let [token, after @ ..] = rest {
        rest = after;
        if DROPPED_CALLS.contains(token) {
            rest = after_parentheses(after);
        } else if !DROPPED.contains(token) {
            kept.push(*token);
        }
    }
    kept
}

fn after_parentheses<'a, 'b>(tokens: &'a [&'b str]) -> &'a [&'b str] {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match *token {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return &tokens[at + 1..];
        }
    }
    &[]
}

/// C takes any space; people read this where cffi points into it.
fn join(tokens: &[&str]) -> String {
    let mut text = String::new();
    for (at, token) in tokens.iter().enumerate() {
        let is_list = *token == "(" && tokens.get(at + 1) != Some(&"*");
        let is_tight = is_list || matches!(*token, ";" | "," | ")" | "]" | "[");
        if !is_tight && !text.is_empty() && !text.ends_with(['(', '[', '*']) {
            text.push(' ');
        }
        text.push_str(token);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_stay_and_what_is_no_plain_c_goes() {
        let text = "\
            __attribute__((visibility(\"default\"))) extern float pi(unsigned n) __asm__(\"p;i\");\n\
            typedef struct { int x[2]; double *y; } point;\n\
            enum status { GOOD = 0, BAD = -1 };\n\
            static inline __attribute__((always_inline)) int twice(int x) { if (x) { return x; } return 0; }\n\
            _Static_assert(sizeof(int) == 4, \"no; not here\");\n\
            void each(point *all, void (*call)(const point *, void *), ...);\n";
        insta::assert_snapshot!(declarations(text).unwrap(), @r"
        extern float pi(unsigned n);
        typedef struct { int x[2]; double *y; } point;
        enum status { GOOD = 0, BAD = - 1 };
        void each(point *all, void (*call)(const point *, void *), ...);
        ");
    }

    #[test]
    fn another_layout_is_refused() {
        for text in [
            "struct s { char c; int n; } __attribute__((packed));",
            "#pragma pack(1)\nstruct s { char c; int n; };",
            "struct s { _Alignas(16) char c; };",
        ] {
            assert!(declarations(text).is_err(), "{text}");
        }
        assert_eq!(
            declarations("#pragma once\nint pack(int aligned);"),
            Ok("int pack(int aligned);\n".to_owned())
        );
    }
}
