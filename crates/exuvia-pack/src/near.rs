//! Names that a person may have meant.

/// How alike two names have to be, from 0 to 1 (Jaro, with Winkler's weight on a common start).
const ALIKE: f64 = 0.8;

/// A question after the known names that are most like this one.
pub(crate) fn did_you_mean(name: &str, known: &[&str]) -> Option<String> {
    let mut near: Vec<_> = known
        .iter()
        .map(|known| (strsim::jaro_winkler(name, known), known))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    let names: Vec<_> = near
        .iter()
        .take(3)
        .map(|(_, name)| format!("`{name}`"))
        .collect();
    (!names.is_empty()).then(|| format!("did you mean {}?", names.join(" or ")))
}
