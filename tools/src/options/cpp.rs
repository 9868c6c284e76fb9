//! The struct `metaface::Options` and the conversion of its values to text for the bridge.

use metaface_core::options::{OptionKind, OptionSpec};

use super::{Contents, NOTE, Source, animation, limits};

pub(super) fn files() -> Vec<Source> {
    vec![
        Source {
            path: "plugins/sdk/include/metaface/options.hpp",
            contents: Contents::Whole(header()),
        },
        Source {
            path: "plugins/sdk/cpp/options.cpp",
            contents: Contents::Whole(values()),
        },
        Source {
            path: "tests/doors/door.cpp",
            contents: Contents::Part {
                name: "door",
                text: animation().map(flag).collect(),
            },
        },
    ]
}

fn header() -> String {
    let fields: String = animation().map(field).collect();
    format!(
        "/// \\file
/// Animation options.
// {NOTE}
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include \"error.hpp\"
#include \"frame_rate.hpp\"

namespace metaface {{

/// How a sound is animated.
struct Options {{
{fields}    /// The clip's name; if empty, the sound file's name without its extension.
    std::string name;

    /// Every option except the name, with its value as text.
    METAFACE_API std::vector<std::pair<std::string, std::string>> values() const;
}};

}}  // namespace metaface
"
    )
}

fn field(option: &OptionSpec) -> String {
    let default = option.default;
    let (cpp_type, initial) = match option.kind {
        OptionKind::Rate => ("FrameRate", String::new()),
        OptionKind::Whole => ("std::uint64_t", format!(" = {default}")),
        OptionKind::Number => ("double", format!(" = {default}")),
        OptionKind::Switch => ("bool", format!(" = {default}")),
        OptionKind::Text | OptionKind::File | OptionKind::Timecode => {
            ("std::string", String::new())
        }
    };
    let stream_note = if option.streams {
        ""
    } else {
        " Ignored by Stream."
    };
    format!(
        "    /// {}{}.{stream_note}\n    {cpp_type} {}{initial};\n",
        option.help,
        limits(option),
        option.name
    )
}

/// A statement of the test program that sets a field from its flag.
fn flag(option: &OptionSpec) -> String {
    let field = option.name;
    let flag = format!("--{}", field.replace('_', "-"));
    let value = match option.kind {
        OptionKind::Switch => {
            return format!(
                "        options.{field} = values.count(\"--no-{}\") == 0;\n",
                &flag[2..]
            );
        }
        OptionKind::Rate => format!("metaface::FrameRate::parse(values[\"{flag}\"])"),
        OptionKind::Whole => format!("std::stoull(values[\"{flag}\"])"),
        OptionKind::Number => format!("std::stod(values[\"{flag}\"])"),
        OptionKind::Text | OptionKind::File | OptionKind::Timecode => format!("values[\"{flag}\"]"),
    };
    format!("        if (values.count(\"{flag}\")) options.{field} = {value};\n")
}

fn values() -> String {
    let entries: String = animation()
        .map(|option| format!("        {{\"{0}\", as_text({0})}},\n", option.name))
        .collect();
    format!(
        "// {NOTE}
#include \"metaface/options.hpp\"

#include <limits>
#include <locale>
#include <sstream>

namespace metaface {{
namespace {{

std::string as_text(double value) {{
    std::ostringstream text;
    text.imbue(std::locale::classic());
    text.precision(std::numeric_limits<double>::max_digits10);
    text << value;
    return text.str();
}}
std::string as_text(std::uint64_t value) {{ return std::to_string(value); }}
std::string as_text(bool value) {{ return value ? \"true\" : \"false\"; }}
std::string as_text(const std::string& value) {{ return value; }}
std::string as_text(FrameRate rate) {{
    return std::to_string(rate.numerator) + '/' + std::to_string(rate.denominator);
}}

}}  // namespace

std::vector<std::pair<std::string, std::string>> Options::values() const {{
    return {{
{entries}    }};
}}

}}  // namespace metaface
"
    )
}
