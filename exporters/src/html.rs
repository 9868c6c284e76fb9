//! Fills a page template; values cannot become markup or script.

/// Replaces every `{{name}}` of `template` in one pass from left to right. Inserted values are not
/// searched again.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let capacity = template.len() + values.iter().map(|(_, value)| value.len()).sum::<usize>();
    let mut page = String::with_capacity(capacity);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        page.push_str(before);
        match after.split_once("}}") {
            Some((name, tail)) if values.iter().any(|(known, _)| *known == name) => {
                let value = values.iter().find(|(known, _)| *known == name);
                page.push_str(value.map_or("", |(_, value)| value));
                rest = tail;
            }
            _ => {
                page.push_str("{{");
                rest = after;
            }
        }
    }
    page.push_str(rest);
    page
}

/// Escapes text for an element or a quoted attribute.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Escapes JSON for a `<script>` element: no `<` remains that could end the element or start a
/// comment.
pub fn escape_json(json: &str) -> String {
    json.replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::{escape, escape_json, fill};

    #[test]
    fn a_template_is_filled_in_one_pass() {
        let filled = fill("{{a}} {{b}} {{unknown}} {{", &[("a", "{{b}}"), ("b", "2")]);
        assert_eq!(filled, "{{b}} 2 {{unknown}} {{");
    }

    #[test]
    fn markup_in_text_is_escaped() {
        assert_eq!(escape("<b a='1'>&\""), "&lt;b a=&#39;1&#39;&gt;&amp;&quot;");
        assert_eq!(escape_json("\"</script>\""), "\"\\u003c/script>\"");
    }
}
