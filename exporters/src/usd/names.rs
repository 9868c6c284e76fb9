//! Names that USD accepts as prim names, made from whatever a file calls its parts.

use std::collections::HashMap;

/// An ASCII identifier as close to `name` as can be; `fallback` where nothing of it is left.
/// Letters beyond ASCII would be valid in new versions of USD only.
pub(super) fn identifier(name: &str, fallback: &str) -> String {
    let mut text: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    if text.trim_matches('_').is_empty() {
        return fallback.to_owned();
    }
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        text.insert(0, '_');
    }
    text
}

/// Hands out names, each only once.
#[derive(Debug, Default)]
pub(super) struct UniqueNames {
    /// Each with the last number that was put behind it.
    taken: HashMap<String, usize>,
}

impl UniqueNames {
    /// `wanted`, or `wanted_1`, `wanted_2` and so on.
    pub(super) fn take(&mut self, wanted: String) -> String {
        let Some(&last) = self.taken.get(&wanted) else {
            self.taken.insert(wanted.clone(), 0);
            return wanted;
        };
        let mut number = last + 1;
        let mut name = format!("{wanted}_{number}");
        while self.taken.contains_key(&name) {
            number += 1;
            name = format!("{wanted}_{number}");
        }
        self.taken.insert(wanted, number);
        self.taken.insert(name.clone(), 0);
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_becomes_an_identifier() {
        for (name, wanted) in [
            ("jawOpen", "jawOpen"),
            ("Jaw Open.001", "Jaw_Open_001"),
            ("3rd", "_3rd"),
            ("", "Mesh"),
            ("顔", "Mesh"),
            ("Gesicht ü", "Gesicht__"),
        ] {
            assert_eq!(identifier(name, "Mesh"), wanted, "{name}");
        }
    }

    #[test]
    fn a_name_is_handed_out_once() {
        let mut names = UniqueNames::default();
        let given: Vec<String> = ["a", "a_1", "a", "a"].map(|n| names.take(n.into())).into();
        assert_eq!(given, ["a", "a_1", "a_2", "a_3"]);
    }
}
