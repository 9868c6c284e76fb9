//! HTML of tables and cards. All texts are escaped here.

use metaface_exporters::html::escape;

/// A cell of a table.
pub struct Cell {
    class: &'static str,
    content: String,
}

impl Cell {
    /// Text.
    pub fn text(text: impl AsRef<str>) -> Self {
        Self::of("", text)
    }

    /// Text with a CSS class.
    pub fn of(class: &'static str, text: impl AsRef<str>) -> Self {
        Self {
            class,
            content: escape(text.as_ref()),
        }
    }

    /// A link within the page.
    pub fn link(anchor: &str, text: &str) -> Self {
        Self {
            class: "text",
            content: format!("<a href=\"#{}\">{}</a>", escape(anchor), escape(text)),
        }
    }

    /// A bar for a share of 0 to 1.
    pub fn bar(share: f64) -> Self {
        const FULL_WIDTH_PX: f64 = 90.0;
        let width = FULL_WIDTH_PX * share.clamp(0.0, 1.0);
        Self {
            class: "text",
            content: format!("<span class=\"bar\" style=\"width:{width:.1}px\"></span>"),
        }
    }
}

/// A table. The titles in the header row are aligned like the cells of the first row.
pub fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<Cell>>) -> String {
    let rows: Vec<Vec<Cell>> = rows.into_iter().collect();
    let titles = header.iter().enumerate().map(|(column, title)| {
        let first = rows.first().and_then(|row| row.get(column));
        let class = if first.is_some_and(|cell| cell.class == "text") {
            " class=\"text\""
        } else {
            ""
        };
        format!("<th{class}>{}</th>", escape(title))
    });
    let head: String = titles.collect();
    let cell = |cell: &Cell| match cell.class {
        "" => format!("<td>{}</td>", cell.content),
        class => format!("<td class=\"{class}\">{}</td>", cell.content),
    };
    let body: String = (rows.iter())
        .map(|row| format!("<tr>{}</tr>\n", row.iter().map(cell).collect::<String>()))
        .collect();
    format!("<table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table>")
}

/// A card with a name, a value and a note.
pub fn card(name: &str, value: &str, note: &str) -> String {
    format!(
        "<div class=\"card\"><span>{}</span><b>{}</b><span>{}</span></div>\n",
        escape(name),
        escape(value),
        escape(note)
    )
}

/// A section with a heading.
pub fn section(anchor: &str, title: &str, content: &str) -> String {
    format!(
        "<section id=\"{anchor}\">\n<h2>{}</h2>\n{content}\n</section>\n",
        escape(title)
    )
}

/// A table that scrolls if it is wider than the page.
pub fn scrolled(table: &str) -> String {
    format!("<div class=\"scroll\">{table}</div>")
}
