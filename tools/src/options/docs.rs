//! The tables of options and formats in the documentation.

use metaface_core::options::{OPTIONS, OptionKind, OptionSpec};
use metaface_exporters::FORMATS;

use super::{Contents, Source, camel, limits};

pub(super) fn files() -> Vec<Source> {
    let part = |path, name, text| Source {
        path,
        contents: Contents::Part { name, text },
    };
    vec![
        part("docs/guide.md", "flags", flags()),
        part("docs/guide.md", "formats", formats()),
        part("docs/pipeline.md", "columns", columns()),
        part("docs/maya.md", "maya", maya_flags()),
    ]
}

/// A row with the columns meaning, range and default.
fn row(name: &str, meaning: &str, option: &OptionSpec) -> String {
    let default = match option.kind {
        OptionKind::Switch => "",
        _ => option.default,
    };
    let range = limits(option);
    let range = range.trim_start_matches(", ");
    format!("| {name} | {meaning} | {range} | {default} |\n")
}

fn flags() -> String {
    let rows: String = OPTIONS
        .iter()
        .map(|option| {
            let name = option.name.replace('_', "-");
            if option.kind == OptionKind::Switch {
                let meaning = format!("Do not {}", option.help.to_lowercase());
                return row(&format!("`--no-{name}`"), &meaning, option);
            }
            let value = name.rsplit('-').next().unwrap_or_default().to_uppercase();
            row(&format!("`--{name} {value}`"), option.help, option)
        })
        .collect();
    format!("\n| option | meaning | range | default |\n|---|---|---|---|\n{rows}\n")
}

/// The names of the options that may be columns of a batch's table; the guide has their meaning.
fn columns() -> String {
    let names: Vec<String> = OPTIONS
        .iter()
        .filter(|option| {
            option.is_animation() || ["start", "style_strength"].contains(&option.name)
        })
        .map(|option| format!("`{}`", option.name))
        .collect();
    format!("\n{}\n\n", names.join(" "))
}

/// The flags of Maya's `metafaceAnimate`; a test of the Maya module compares them with its commands.
fn maya_flags() -> String {
    let rows: String = OPTIONS
        .iter()
        .filter(|option| {
            option.name == "style_strength"
                || (option.is_animation() && option.kind != OptionKind::Rate)
        })
        .map(|option| {
            let flag = camel(option.name);
            let kind = match option.kind {
                OptionKind::Number => "number",
                OptionKind::Whole => "whole",
                OptionKind::Switch => "bool",
                _ => "text",
            };
            let short = flag[..3].to_lowercase();
            let meaning = format!("{}{}", option.help, limits(option));
            format!("| `-{flag}` `-{short}` | {kind} | {meaning} |\n")
        })
        .collect();
    format!("\n| flag | takes | meaning |\n|---|---|---|\n{rows}\n")
}

fn formats() -> String {
    let rows: String = FORMATS
        .iter()
        .map(|spec| {
            let endings: Vec<String> = spec.endings.iter().map(|e| format!("`{e}`")).collect();
            let read = if spec.is_read { "yes" } else { "no" };
            format!(
                "| {} | {} | {read} | yes | {} |\n",
                endings.join(", "),
                spec.title,
                spec.keeps
            )
        })
        .collect();
    format!(
        "\n| ending | format | read | written | what is kept of a clip |\n|---|---|---|---|---|\n{rows}\n"
    )
}
