//! Converts arbitrary names to valid and unique prim names.

use std::collections::HashMap;

/// An ASCII identifier similar to `name`; `fallback` if no valid character remains. Other letters
/// are valid only in recent versions of USD.
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

/// Allocates unique names.
#[derive(Debug, Default)]
pub(super) struct UniqueNames {
    /// The names in use, each with the last number that was appended to it.
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
        for (name, expected) in [
            ("jawOpen", "jawOpen"),
            ("Jaw Open.001", "Jaw_Open_001"),
            ("3rd", "_3rd"),
            ("", "Mesh"),
            ("顔", "Mesh"),
            ("Gesicht ü", "Gesicht__"),
        ] {
            assert_eq!(identifier(name, "Mesh"), expected, "{name}");
        }
    }

    #[test]
    fn a_name_is_allocated_only_once() {
        let mut names = UniqueNames::default();
        let allocated: Vec<String> = ["a", "a_1", "a", "a"].map(|n| names.take(n.into())).into();
        assert_eq!(allocated, ["a", "a_1", "a_2", "a_3"]);
    }
}
