//! What an archive says of what is not in it, so that a program that asks for it can be told how it comes in.

/// Path of the file in which an archive keeps what was left out, a [`LeftOut`] a line.
pub const LEFT_OUT_PATH: &str = ".exuvia/left-out";

/// A name by which a packed program may ask for something that is not packed.
///
/// Kept as text, four words a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// What the name is: `module` or `distribution`.
    pub what: String,
    /// The name: of a module with its packages, of a distribution in the normalized form (PEP 503).
    pub name: String,
    /// The option of `exuvia pack` that decides on it: `include` would have taken it along, `exclude` left it out.
    pub option: String,
    /// The name that the option takes.
    pub argument: String,
}

impl LeftOut {
    /// As lines of text.
    pub fn to_text(all: &[Self]) -> String {
        all.iter()
            .map(|each| {
                format!(
                    "{} {} {} {}\n",
                    each.what, each.name, each.option, each.argument
                )
            })
            .collect()
    }

    /// Looks a name up in lines of text. A module is left out with the package that it is in.
    pub fn find(text: &str, what: &str, name: &str) -> Option<Self> {
        let mut name = name;
        loop {
            let found = text
                .lines()
                .filter_map(Self::from_line)
                .find(|each| each.what == what && each.name == name);
            if found.is_some() {
                return found;
            }
            name = name.rsplit_once('.')?.0;
        }
    }

    fn from_line(line: &str) -> Option<Self> {
        let mut words = line.splitn(4, ' ').map(str::to_owned);
        Some(Self {
            what: words.next()?,
            name: words.next()?,
            option: words.next()?,
            argument: words.next()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::LeftOut;

    #[test]
    fn a_module_is_left_out_with_its_package() {
        let left_out = |what: &str, name: &str, option: &str, argument: &str| LeftOut {
            what: what.into(),
            name: name.into(),
            option: option.into(),
            argument: argument.into(),
        };
        let all = [
            left_out("module", "yaml", "include", "PyYAML"),
            left_out("distribution", "pyyaml", "include", "PyYAML"),
            left_out("module", "numpy.tests", "exclude", "numpy.tests"),
        ];
        let text = LeftOut::to_text(&all);
        let find = |what, name| LeftOut::find(&text, what, name);
        assert_eq!(find("module", "yaml.nodes.inner").as_ref(), Some(&all[0]));
        assert_eq!(find("distribution", "pyyaml").as_ref(), Some(&all[1]));
        assert_eq!(find("module", "numpy.tests").as_ref(), Some(&all[2]));
        for name in ["numpy", "numpy.test", "yam", "yamlish", ""] {
            assert_eq!(find("module", name), None, "{name}");
        }
        assert_eq!(LeftOut::find("not four words\n", "not", "four"), None);
    }
}
