//! The Unreal plugin's options struct, its command line and the conversions between them.

use metaface_core::options::{OPTIONS, OptionKind, OptionSpec};

use super::{Contents, Source, animation, limits, upper_camel};

pub(super) fn files() -> Vec<Source> {
    let part = |path, name, text| Source {
        path,
        contents: Contents::Part { name, text },
    };
    vec![
        part(
            "plugins/unreal/Source/MetaFaceRuntime/Public/MetaFaceOptions.h",
            "properties",
            animation().map(property).collect(),
        ),
        part(
            "plugins/unreal/Source/MetaFaceRuntime/Public/MetaFaceCore/Animator.h",
            "fields",
            animation().map(field).collect(),
        ),
        part(
            "plugins/unreal/Source/MetaFaceRuntime/Private/Core/Animator.cpp",
            "library",
            animation().map(library).collect(),
        ),
        part(
            "plugins/unreal/Source/MetaFaceRuntime/Private/MetaFaceAnimatorSettings.cpp",
            "values",
            animation().map(value).collect(),
        ),
        part(
            "plugins/unreal/Source/MetaFaceRuntime/Private/Core/Batch.cpp",
            "keys",
            keys(),
        ),
        part(
            "plugins/unreal/Source/MetaFaceRuntime/Private/Core/Batch.cpp",
            "usage",
            usage(),
        ),
        part(
            "plugins/unreal/Source/MetaFaceEditor/Private/MetaFaceCommandlet.cpp",
            "arguments",
            animation().map(argument).collect(),
        ),
    ]
}

/// The property's name, by the engine's conventions: `b` before switches, `FrameRate` for the rate.
fn name(option: &OptionSpec) -> String {
    match option.kind {
        OptionKind::Rate => "FrameRate".to_owned(),
        OptionKind::Switch => format!("b{}", upper_camel(option.name)),
        _ => upper_camel(option.name),
    }
}

fn property(option: &OptionSpec) -> String {
    let default = option.default;
    let range = option.range.as_ref();
    let clamp = match (option.kind, range) {
        (OptionKind::Number, Some(range)) => format!(
            ", meta = (ClampMin = \"{:.1}\", ClampMax = \"{:.1}\")",
            range.start(),
            range.end()
        ),
        (OptionKind::Whole, _) => ", meta = (ClampMin = \"0\")".to_owned(),
        _ => String::new(),
    };
    let declared = match option.kind {
        OptionKind::Rate => format!("FFrameRate {} = FFrameRate({default}, 1)", name(option)),
        OptionKind::Whole => format!("int64 {} = {default}", name(option)),
        OptionKind::Number => format!("double {} = {default}.0", name(option)),
        OptionKind::Switch => format!("bool {} = {default}", name(option)),
        OptionKind::Text | OptionKind::File | OptionKind::Timecode => {
            format!("FString {}", name(option))
        }
    };
    let live = if option.streams {
        ""
    } else {
        " Ignored for live sound."
    };
    format!(
        "\t/** {}{}.{live} */\n\tUPROPERTY(EditAnywhere, BlueprintReadWrite, Category = \"MetaFace\"{clamp})\n\t{declared};\n\n",
        option.help,
        limits(option)
    )
}

/// The option as a field of the engine-independent struct.
fn field(option: &OptionSpec) -> String {
    let (name, default) = (name(option), option.default);
    let declared = match option.kind {
        OptionKind::Rate => format!("FRate {name}"),
        OptionKind::Whole => format!("uint64_t {name} = {default}"),
        OptionKind::Number => format!("double {name} = {default}.0"),
        OptionKind::Switch => format!("bool {name} = {default}"),
        OptionKind::Text | OptionKind::File | OptionKind::Timecode => {
            format!("std::string {name}")
        }
    };
    format!("\t\t{declared};\n")
}

/// The statement that copies the engine-independent field to the library's options.
fn library(option: &OptionSpec) -> String {
    let (to, from) = (option.name, name(option));
    match option.kind {
        OptionKind::Rate => {
            format!(
                "\t\t\tConverted.{to} = {{Options.{from}.Numerator, Options.{from}.Denominator}};\n"
            )
        }
        _ => format!("\t\t\tConverted.{to} = Options.{from};\n"),
    }
}

/// The statement that copies a property to the engine-independent field.
fn value(option: &OptionSpec) -> String {
    let (to, from) = (name(option), name(option));
    let text = match option.kind {
        OptionKind::Rate => format!(
            "{{uint32(FMath::Max(0, Options.{from}.Numerator)), uint32(FMath::Max(0, Options.{from}.Denominator))}}"
        ),
        OptionKind::Whole => format!("uint64(Options.{from})"),
        OptionKind::Number | OptionKind::Switch => format!("Options.{from}"),
        OptionKind::Text | OptionKind::File | OptionKind::Timecode => {
            format!("ToStd(Options.{from})")
        }
    };
    format!("\t\tConverted.{to} = {text};\n")
}

/// The commandlet's keys and switches.
fn keys() -> String {
    let options = OPTIONS
        .iter()
        .filter(|option| option.is_animation() || option.name == "style_strength");
    let (switches, keys): (Vec<_>, Vec<_>) =
        options.partition(|option| option.kind == OptionKind::Switch);
    let quoted = |prefix: &str, options: Vec<&OptionSpec>| -> String {
        let names = options
            .iter()
            .map(|option| format!("\"{prefix}{}\"", option.name.replace('_', "")));
        names.collect::<Vec<_>>().join(", ")
    };
    format!(
        "\t\tconstexpr const char* OptionKeys[] = {{{}}};\n\t\tconstexpr const char* OptionSwitches[] = {{{}}};\n",
        quoted("", keys),
        quoted("no", switches)
    )
}

fn usage() -> String {
    let options = OPTIONS
        .iter()
        .filter(|option| option.is_animation() || option.name == "style_strength");
    options
        .map(|option| {
            let (flag, help) = match option.kind {
                OptionKind::Switch => (
                    format!("-No{}", upper_camel(option.name)),
                    format!("do not {}", option.help.to_lowercase()),
                ),
                _ => (
                    format!("-{}=", upper_camel(option.name)),
                    format!("{}{}", option.help, limits(option)),
                ),
            };
            format!("\t\t\t\"  {flag:<18}  {help}\\n\"\n")
        })
        .collect()
}

/// The statements that read an option from the commandlet's arguments.
fn argument(option: &OptionSpec) -> String {
    let (key, to) = (option.name.replace('_', ""), name(option));
    let range = option.range.as_ref();
    match option.kind {
        OptionKind::Switch => {
            format!("\t\tOut.Options.{to} = Line.Find(\"no{key}\") == nullptr;\n")
        }
        OptionKind::Number => {
            let (low, high) = range.map_or((0.0, 1.0), |range| (*range.start(), *range.end()));
            format!(
                "\t\tif (!ReadNumber(Line, \"{key}\", {low:.1}, {high:.1}, Out.Options.{to}, Error))\n\t\t{{\n\t\t\treturn Error;\n\t\t}}\n"
            )
        }
        OptionKind::Whole => format!(
            "\t\tif (!ReadWhole(Line, \"{key}\", Out.Options.{to}, Error))\n\t\t{{\n\t\t\treturn Error;\n\t\t}}\n"
        ),
        OptionKind::Rate => format!(
            "\t\tif (!ReadRate(Line, \"{key}\", Out.Options.{to}, Error))\n\t\t{{\n\t\t\treturn Error;\n\t\t}}\n"
        ),
        OptionKind::Text | OptionKind::File | OptionKind::Timecode => {
            format!("\t\tReadText(Line, \"{key}\", Out.Options.{to});\n")
        }
    }
}
