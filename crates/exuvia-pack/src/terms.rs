//! The terms that a distribution is under, as far as its metadata says.

use std::path::PathBuf;

use serde::Serialize;

use crate::interpreter::DeclaredTerms;

/// The terms of something in a packed file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Terms {
    /// The licence: an SPDX expression where there is one, else in the words of the metadata. Nothing where it is not known.
    pub license: Option<String>,
    /// Files on this machine with the text of it.
    pub license_files: Vec<PathBuf>,
    /// A text that is in the metadata itself.
    #[serde(skip)]
    pub(crate) text: Option<String>,
}

/// Longest `License` that is taken for a name: some put the whole text there.
const LONGEST_NAME: usize = 100;

impl Terms {
    /// Reads what metadata declares: `License-Expression`, else `License`, else the classifiers (PEP 639, which has them in this order).
    pub(crate) fn declared(declared: &DeclaredTerms) -> Self {
        let is_said = |text: &&str| !text.is_empty() && !text.eq_ignore_ascii_case("unknown");
        let field = Some(declared.text.trim()).filter(is_said);
        let is_name = |text: &&str| !text.contains('\n') && text.len() <= LONGEST_NAME;
        let classifiers = declared.classifiers.join(", ");
        let license = Some(declared.expression.trim())
            .filter(is_said)
            .or(field.filter(is_name))
            .or(Some(classifiers.as_str()).filter(|text| !matches!(*text, "" | "OSI Approved")))
            // A text without a name has one in its first line, mostly.
            .or(field.and_then(|text| text.lines().next()))
            .map(|text| text.trim().to_owned());
        Self {
            license,
            license_files: declared.files.clone(),
            text: field.filter(|text| !is_name(text)).map(str::to_owned),
        }
    }

    /// Why whoever passes the file on should look at the terms, if they should: nobody says what they are, or they are those of the GPL or
    /// the AGPL, which the LGPL's are not.
    pub fn doubt(&self) -> Option<String> {
        let Some(license) = &self.license else {
            return Some("unknown".to_owned());
        };
        // Of alternatives one may choose; names that a comma parts hold together.
        let has_other_choice = license.split(" OR ").any(|choice| !is_gpl(choice));
        (!has_other_choice).then(|| license.clone())
    }
}

fn is_gpl(license: &str) -> bool {
    let upper = license.to_ascii_uppercase();
    let is_gpl = |word: &str| {
        word.starts_with("GPL") || word.starts_with("AGPL") || word.starts_with("GNUGPL")
    };
    let has_word = upper
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(is_gpl);
    let in_full = |name: &str| {
        upper.split(',').any(|part| {
            part.contains(name) && !part.contains("LESSER") && !part.contains("LIBRARY")
        })
    };
    has_word || in_full("GENERAL PUBLIC LICEN")
}

#[cfg(test)]
mod tests {
    use super::Terms;
    use crate::interpreter::DeclaredTerms;

    fn terms(expression: &str, text: &str, classifiers: &[&str]) -> Terms {
        Terms::declared(&DeclaredTerms {
            expression: expression.to_owned(),
            text: text.to_owned(),
            classifiers: classifiers.iter().map(|each| (*each).to_owned()).collect(),
            files: Vec::new(),
        })
    }

    #[test]
    fn the_expression_goes_before_the_field_and_that_before_the_classifiers() {
        let license =
            |expression, text, classifiers: &[&str]| terms(expression, text, classifiers).license;
        let classifiers = ["MIT License", "BSD License"];
        assert_eq!(license("MIT", "BSD", &classifiers).as_deref(), Some("MIT"));
        assert_eq!(license("", "BSD", &classifiers).as_deref(), Some("BSD"));
        assert_eq!(
            license("", "UNKNOWN", &classifiers).as_deref(),
            Some("MIT License, BSD License")
        );
        assert_eq!(license("", "", &[]), None);
    }

    #[test]
    fn a_whole_text_is_kept_and_named_by_the_classifiers() {
        let text = "Some License\n\nDo what you like.";
        let found = terms("", text, &["MIT License"]);
        assert_eq!(found.license.as_deref(), Some("MIT License"));
        assert_eq!(found.text.as_deref(), Some(text));
        assert_eq!(
            terms("", text, &[]).license.as_deref(),
            Some("Some License")
        );
    }

    #[test]
    fn the_gpl_the_agpl_and_silence_are_doubtful() {
        for license in [
            "GPL-3.0-or-later",
            "AGPL-3.0-only",
            "GPLv2",
            "GNU GPL",
            "GNU General Public License v3 (GPLv3)",
            "GNU Affero General Public License v3",
            "MIT License, GNU General Public License (GPL)",
            "MIT AND GPL-2.0-only",
        ] {
            assert!(terms("", license, &[]).doubt().is_some(), "{license}");
        }
        assert_eq!(terms("", "", &[]).doubt().as_deref(), Some("unknown"));
        for license in [
            "MIT",
            "LGPL-2.1-or-later",
            "GNU Lesser General Public License v3 (LGPLv3)",
            "GNU Library or Lesser General Public License (LGPL)",
            "GPL-2.0-only OR MIT",
            "Apache-2.0",
            "MPL-2.0",
        ] {
            assert_eq!(terms("", license, &[]).doubt(), None, "{license}");
        }
    }
}
