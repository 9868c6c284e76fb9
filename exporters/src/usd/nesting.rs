//! Checks the nesting depth of USD text before it is parsed, because the parser is recursive.

/// The maximum nesting depth. The tree of a typical character has a few dozen levels; the time for
/// reading grows with the cube of the depth.
pub(super) const MAX_DEPTH: usize = 250;

/// Whether brackets outside strings, comments and paths are nested deeper than [`MAX_DEPTH`].
pub(super) fn is_too_deep(text: &[u8]) -> bool {
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(&byte) = text.get(at) {
        at += match byte {
            b'{' | b'(' | b'[' => {
                depth += 1;
                if depth > MAX_DEPTH {
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

/// The length of the string, comment or path at the start of `text`; `None` if there is none. An
/// unterminated one extends to the end of the text; the parser rejects it.
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

/// The length of a string with one quote character at each end, with backslash escapes.
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
    fn brackets_in_strings_comments_and_paths_are_not_counted() {
        let open = "{".repeat(MAX_DEPTH);
        assert!(!is_too_deep(open.as_bytes()));
        assert!(is_too_deep(format!("{open}(").as_bytes()));
        assert!(is_too_deep(
            format!("'it' \"is\" @a@ <b> # c\n {open}[").as_bytes()
        ));
        assert!(!is_too_deep("{()}".repeat(MAX_DEPTH).as_bytes()));
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
