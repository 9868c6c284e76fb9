//! The keyword arguments of the Python package, and the tables of options and formats of the hosts.

use metaface_core::options::{OPTIONS, OptionKind, OptionSpec};
use metaface_exporters::{FORMATS, FormatKind};

use super::{Contents, NOTE, OPTION_TABLE, Source, animation, camel, limits};

pub(super) fn files() -> Vec<Source> {
    vec![
        Source {
            path: "plugins/python/src/options.cpp",
            contents: Contents::Whole(keywords()),
        },
        Source {
            path: "plugins/python/package/metaface/_options.py",
            contents: Contents::Whole(typed()),
        },
        Source {
            path: "plugins/host/metaface_host/option_table.py",
            contents: Contents::Whole(table()),
        },
        Source {
            path: "plugins/host/metaface_host/format_table.py",
            contents: Contents::Whole(formats()),
        },
    ]
}

fn annotation(option: &OptionSpec) -> &'static str {
    match option.kind {
        OptionKind::Rate => "FrameRateLike",
        OptionKind::Whole => "int",
        OptionKind::Number => "float",
        OptionKind::Switch => "bool",
        OptionKind::Text | OptionKind::File | OptionKind::Timecode => "str",
    }
}

/// The default as a Python literal.
fn default(option: &OptionSpec) -> String {
    match option.kind {
        OptionKind::Switch if option.default == "true" => "True".to_owned(),
        OptionKind::Switch => "False".to_owned(),
        OptionKind::Number if option.default.is_empty() => "None".to_owned(),
        OptionKind::Number => format!("{:.1}", option.default.parse::<f64>().unwrap_or(0.0)),
        OptionKind::Whole if option.default.is_empty() => "None".to_owned(),
        OptionKind::Whole | OptionKind::Rate => option.default.to_owned(),
        OptionKind::Text | OptionKind::File | OptionKind::Timecode => {
            format!("\"{}\"", option.default)
        }
    }
}

fn doc_line(option: &OptionSpec) -> String {
    format!("{}: {}{}.", option.name, option.help, limits(option))
}

/// The C++ source that converts keyword arguments to `metaface::Options`.
fn keywords() -> String {
    let of = |streams: bool| animation().filter(move |option| option.streams || !streams);
    let cases: String = animation()
        .map(|option| {
            let name = option.name;
            let read = match option.kind {
                OptionKind::Rate => "rate_of(value)".to_owned(),
                OptionKind::Whole => format!("integer_of(value, \"{name}\")"),
                OptionKind::Number => format!("number_of(value, \"{name}\")"),
                OptionKind::Switch => format!("bool_of(value, \"{name}\")"),
                OptionKind::Text | OptionKind::File | OptionKind::Timecode => {
                    format!("string_of(value, \"{name}\")")
                }
            };
            let condition = if option.streams { "" } else { " && !is_stream" };
            let set = if option.kind == OptionKind::Number {
                // None keeps the default.
                format!("if (!value.is_none()) {{\n                options.{name} = {read};\n            }}")
            } else {
                format!("options.{name} = {read};")
            };
            format!(
                "        if (name == \"{name}\"{condition}) {{\n            {set}\n            continue;\n        }}\n"
            )
        })
        .collect();
    let signature = |streams: bool| -> String {
        let arguments = of(streams).map(|option| {
            let default = default(option).replace('"', "'");
            format!(
                "\n    \"{}: {} = {default}, \"",
                option.name,
                annotation(option)
            )
        });
        arguments.collect()
    };
    let docs = |streams: bool| -> String {
        let lines = of(streams).map(|option| format!("\n    \"{}\\n\"", doc_line(option)));
        lines.collect()
    };
    format!(
        "// {NOTE}
#include \"options.hpp\"

#include <nanobind/stl/string.h>

#include \"arguments.hpp\"

namespace nb = nanobind;

namespace metaface::python {{

const char* const animate_arguments ={};
const char* const stream_arguments ={};
const char* const animate_options_doc ={};

Options options_of(const char* function, const nb::kwargs& arguments, bool is_stream) {{
    Options options;
    for (auto [key, value] : arguments) {{
        const std::string name = nb::cast<std::string>(key);
{cases}        unexpected_argument(function, name);
    }}
    return options;
}}

}}  // namespace metaface::python
",
        signature(false),
        signature(true),
        docs(false)
    )
}

/// The options as a typed dictionary, for functions that take them as keyword arguments.
fn typed() -> String {
    let fields: String = animation()
        .map(|option| {
            format!(
                "    {}: {}\n    \"\"\"{}{}.\"\"\"\n",
                option.name,
                annotation(option),
                option.help,
                limits(option)
            )
        })
        .collect();
    format!(
        "\"\"\"Animation options.

{NOTE}
\"\"\"

from __future__ import annotations

from typing import TypedDict

from metaface._types import FrameRateLike


class AnimationOptions(TypedDict, total=False):
    \"\"\"Keyword arguments of Animator.animate, all optional.\"\"\"

{fields}"
    )
}

/// The option table as Python data, for hosts that show it before the package is loaded.
fn table() -> String {
    let rows: String = OPTIONS
        .iter()
        .map(|option| {
            let range = (option.range.as_ref()).filter(|_| option.kind == OptionKind::Number);
            let (low, high) = match range {
                Some(range) if *range.end() == f64::MAX => ("0.0".to_owned(), "None".to_owned()),
                Some(range) => (
                    format!("{:.1}", range.start()),
                    format!("{:.1}", range.end()),
                ),
                None => ("None".to_owned(), "None".to_owned()),
            };
            let flag = |value: bool| if value { "True" } else { "False" };
            format!(
                "    Option(\n        name=\"{}\",\n        flag=\"{}\",\n        kind=\"{}\",\n        default={},\n        low={low},\n        high={high},\n        help=\"{}\",\n        is_animation={},\n    ),\n",
                option.name,
                camel(option.name),
                format!("{:?}", option.kind).to_lowercase(),
                default(option),
                option.help,
                flag(option.is_animation()),
            )
        })
        .collect();
    format!(
        "\"\"\"The option table.

{NOTE}
\"\"\"

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Option:
    \"\"\"An option: `kind` is rate, whole, number, text, file, timecode or switch.\"\"\"

    name: str
    flag: str  # in camel case
    kind: str
    default: float | int | bool | str | None
    low: float | None
    high: float | None
    help: str
    is_animation: bool  # whether it is an option of Animator.animate


OPTIONS: tuple[Option, ...] = (
{rows})
"
    )
}

/// The formats as Python data for hosts' menus.
fn formats() -> String {
    let rows: String = FORMATS
        .iter()
        .map(|spec| {
            let name = spec.format.name();
            let identifier = name.split('.').next().unwrap_or(name).to_uppercase();
            let help = match spec.kind {
                FormatKind::Scene => "An animated head: the sample head, or your character file",
                FormatKind::Curves => "The channels as curves",
                FormatKind::MouthShapes => "Nine mouth shapes and their times",
            };
            let flag = |value: bool| if value { "True" } else { "False" };
            format!(
                "    Format(\n        identifier=\"{identifier}\",\n        title=\"{}\",\n        help=\"{help}\",\n        suffix=\".{name}\",\n        is_read={},\n        has_character={},\n    ),\n",
                spec.title,
                flag(spec.is_read),
                flag(spec.kind == FormatKind::Scene),
            )
        })
        .collect();
    format!(
        "\"\"\"The formats that can be written.

{}
\"\"\"

from __future__ import annotations

from typing import NamedTuple


class Format(NamedTuple):
    \"\"\"A format.\"\"\"

    identifier: str
    title: str
    help: str
    suffix: str
    is_read: bool  # whether clips can be read from it
    has_character: bool  # whether its files contain a character


FORMATS = (
{rows})
",
        NOTE.replace(OPTION_TABLE, "exporters/src/format.rs")
    )
}
