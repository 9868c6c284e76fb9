//! Flags for the animation options, generated from the shared list [`OPTIONS`].

use clap::builder::TypedValueParser;
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};
use metaface_core::clip::FrameRate;
use metaface_core::options::{OPTIONS, OptionKind, OptionSpec, Options};

/// All animation options as flags.
#[derive(Debug, Clone, Default)]
pub struct MotionArguments {
    /// The values of the flags.
    pub options: Options,
}

/// The animation options of a stream. Its frame rate is a separate argument.
#[derive(Debug, Clone, Default)]
pub struct LiveMotionArguments {
    options: Options,
}

impl LiveMotionArguments {
    /// The options with this frame rate.
    pub fn options(&self, fps: FrameRate) -> Options {
        Options {
            fps,
            ..self.options.clone()
        }
    }
}

/// The flag of an option: its name with hyphens, with the prefix `no-` for a switch.
fn flag(option: &OptionSpec) -> String {
    let name = option.name.replace('_', "-");
    match option.kind {
        OptionKind::Switch => format!("no-{name}"),
        _ => name,
    }
}

fn argument(option: &'static OptionSpec) -> Arg {
    let arg = Arg::new(option.name).long(flag(option));
    if option.kind == OptionKind::Switch {
        let help = format!("Do not {}", lower_first(option.help));
        return arg.action(ArgAction::SetTrue).help(help);
    }
    let range = option
        .range
        .as_ref()
        .filter(|_| option.kind == OptionKind::Number);
    let help = match range {
        Some(range) => format!("{}; {} to {}", option.help, range.start(), range.end()),
        None => option.help.to_owned(),
    };
    let last_word = option.name.rsplit('_').next().unwrap_or_default();
    let valued = arg
        .value_name(last_word.to_uppercase())
        .help(help)
        .value_parser(OptionParser(option));
    match option.default {
        "" => valued,
        default => valued.default_value(default),
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_lowercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// Checks a value with [`OptionSpec::check`].
#[derive(Clone)]
struct OptionParser(&'static OptionSpec);

impl TypedValueParser for OptionParser {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<String, Error> {
        let text = value.to_str().map(ToOwned::to_owned);
        let text = text.ok_or_else(|| Error::new(ErrorKind::InvalidUtf8).with_cmd(command))?;
        let option = self.0;
        let checked = move |text: &str| option.check(text).map(|()| text.to_owned());
        checked.parse_ref(command, argument, text.as_ref())
    }
}

/// The animation options, without the frame rate for a stream.
fn specs(is_stream: bool) -> impl Iterator<Item = &'static OptionSpec> {
    let animation = OPTIONS.iter().filter(|option| option.is_animation());
    animation.filter(move |option| !is_stream || option.name != "fps")
}

fn read(matches: &ArgMatches, is_stream: bool) -> Result<Options, Error> {
    let mut options = Options::default();
    for option in specs(is_stream) {
        let text = match option.kind {
            OptionKind::Switch => Some((!matches.get_flag(option.name)).to_string()),
            _ => matches.get_one::<String>(option.name).cloned(),
        };
        let Some(text) = text else { continue };
        if let Err(error) = options.set(option.name, &text) {
            return Err(Error::raw(ErrorKind::ValueValidation, format!("{error}\n")));
        }
    }
    Ok(options)
}

/// Implements clap's traits for arguments that have a field `options`.
macro_rules! impl_option_arguments {
    ($arguments:ident, is_stream: $is_stream:literal) => {
        impl Args for $arguments {
            fn augment_args(command: Command) -> Command {
                command.args(specs($is_stream).map(argument))
            }

            fn augment_args_for_update(command: Command) -> Command {
                Self::augment_args(command)
            }
        }

        impl FromArgMatches for $arguments {
            fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
                let options = read(matches, $is_stream)?;
                Ok(Self { options })
            }

            fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
                self.options = read(matches, $is_stream)?;
                Ok(())
            }
        }
    };
}

impl_option_arguments!(MotionArguments, is_stream: false);
impl_option_arguments!(LiveMotionArguments, is_stream: true);
