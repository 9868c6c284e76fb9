//! How deep a USD text nests, told before it is parsed: the parser calls itself at every level.

/// Deeper files are refused; a character's tree has a few dozen levels.
pub(super) const DEEPEST: usize = 500;

/// Whether brackets outside strings, comments and paths nest deeper than [`DEEPEST`].
pub(super) fn is_too_deep(text: &[u8]) -> bool {
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(&byte) = text.get(at) {
        at += match byte {
            b'{' | b'(' | b'[' => {
                depth += 1;
                if depth > DEEPEST {
                    return true;
                }
                1
            }
            b'}' | b')' | b']' => {
                depth = depth.saturating_sub(1);
                1
            }
            _ => quoted(&text[at..]).unwrap_or(1),
        };
    }
    false
}

/// The length of a string, comment or path that begins here; none where nothing does. What has no
/// end is an error to the parser, which reads no further.
fn quoted(text: &[u8]) -> Option<usize> {
    let until = |start: &[u8], end: &[u8]| {
        let inside = text.strip_prefix(start)?;
        let end_at = inside.windows(end.len()).position(|window| window == end)?;
        Some(start.len() + end_at + end.len())
    };
    let length = match text {
        [b'"', ..] => until(b"\"\"\"", b"\"\"\"").or_else(|| string(text)),
        [b'\'', ..] => until(b"'''", b"'''").or_else(|| string(text)),
        [b'@', ..] => until(b"@@@", b"@@@").or_else(|| until(b"@", b"@")),
        [b'<', ..] => until(b"<", b">"),
        [b'/', b'*', ..] => until(b"/*", b"*/"),
        [b'#', ..] => text.iter().position(|byte| matches!(byte, b'\r' | b'\n')),
        _ => return None,
    };
    Some(length.unwrap_or(text.len()))
}

/// The length of a string in single quotes, in which a backslash hides what follows it.
fn string(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        match text.get(at)? {
            b'\\' => at += 2,
            byte if *byte == text[0] => return Some(at + 1),
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_brackets_that_nest_are_counted() {
        let open = "{".repeat(DEEPEST);
        assert!(!is_too_deep(open.as_bytes()));
        assert!(is_too_deep(format!("{open}(").as_bytes()));
        assert!(is_too_deep(
            format!("'it' \"is\" @a@ <b> # c\n {open}[").as_bytes()
        ));
        assert!(!is_too_deep("{()}".repeat(DEEPEST).as_bytes()));
        for [start, end] in [
            ["\"", "\\\" \""],
            ["'", "\\' '"],
            ["\"\"\"", "\" \"\" \"\"\""],
            ["'''", "'''"],
            ["@", "@"],
            ["@@@", "@@@"],
            ["<", ">"],
            ["/*", "*/"],
            ["#", "\n"],
        ] {
            let hidden = format!("a {start}{open}{end} {{");
            assert!(!is_too_deep(hidden.as_bytes()), "{start}");
        }
    }
}
