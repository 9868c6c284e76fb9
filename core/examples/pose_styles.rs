//! Measures how well a head's style is learnt: `pose_styles [CURVES.csv]`.
//!
//! Learns the pose prior from made-up speakers, learns the style of others from references of 2
//! to 30 seconds, lets it speak something else and prints Markdown tables of how near that comes
//! to the same speaker. CURVES.csv takes a few heads' angles in degrees, to be looked at.

use std::fmt::Write as _;

use metaface_core::model::pose::{PoseExample, PosePrior, PoseStream, PoseStyle, Retrieval, Unit};
use metaface_core::model::prosody::PROSODY_HZ;
use metaface_core::training::pose_teacher::{PoseTeacher, made_up_speech, pose_examples};

const TRAINED: usize = 80;
const HELD_OUT: usize = 48;
const SEED: u64 = 20;
/// The first seed of speakers whom training and tuning have not seen.
const FIRST_HELD_OUT: u64 = 1_000_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let speech: Vec<_> = (0..40).map(|seed| made_up_speech(45.0, seed)).collect();
    let start = std::time::Instant::now();
    let examples = pose_examples(&speech, TRAINED, 4, SEED);
    let prior = PosePrior::train(&examples, SEED)?;
    let trained = start.elapsed().as_secs_f32();
    let one_unit: Vec<PoseExample> = examples.into_iter().map(without_units).collect();
    let unitless = PosePrior::train(&one_unit, SEED)?;
    let speakers: Vec<Speaker> = (0..HELD_OUT as u64).map(Speaker::new).collect();

    println!("| | deviation | speed | speed by unit | nods, degrees | recognised |");
    println!("|---|---|---|---|---|---|");
    let truths: Vec<&PoseStyle> = speakers.iter().map(|speaker| &speaker.truth).collect();
    let itself = speakers
        .iter()
        .map(|speaker| Some(speaker.other_take.clone()));
    row("the speaker again", &prior, &truths, itself);
    let made = speakers.iter();
    let made = made.map(|speaker| speaker.spoken(&prior, &speaker.truth, Retrieval::Matched));
    row("300 s, interpolated and matched", &prior, &truths, made);
    for seconds in [2, 5, 10, 30] {
        let styles: Vec<Option<PoseStyle>> = speakers
            .iter()
            .map(|speaker| speaker.reference(seconds).and_then(|part| style_of(&part)))
            .collect();
        let speak = |speaker: &Speaker, style: &Option<PoseStyle>, retrieval| {
            speaker.spoken(&prior, style.as_ref()?, retrieval)
        };
        if seconds == 2 {
            let made = speakers.iter().zip(&styles);
            let made = made.map(|(speaker, style)| speak(speaker, style, Retrieval::Average));
            row("no style: the bank's mean", &prior, &truths, made);
        }
        for (name, retrieval) in [
            ("nearest", Retrieval::Nearest),
            ("interpolated", Retrieval::Interpolated),
            ("interpolated and matched", Retrieval::Matched),
        ] {
            let made = speakers.iter().zip(&styles);
            let made = made.map(|(speaker, style)| speak(speaker, style, retrieval));
            row(&format!("{seconds} s, {name}"), &prior, &truths, made);
        }
        let made = speakers.iter().map(|speaker| {
            let part = without_units(speaker.reference(seconds)?);
            speaker.spoken_without_units(&unitless, &style_of(&part)?)
        });
        row(
            &format!("{seconds} s, matched, one unit for all speech"),
            &prior,
            &truths,
            made,
        );
        let others = styles.iter().cycle().skip(1);
        let made = speakers.iter().zip(others);
        let made = made.map(|(speaker, style)| speak(speaker, style, Retrieval::Matched));
        row(
            &format!("{seconds} s of another speaker"),
            &prior,
            &truths,
            made,
        );
    }
    let style = style_of(&speakers[0].take).ok_or("no motion")?;
    let start = std::time::Instant::now();
    let mut stream = PoseStream::new(&prior, &style, SEED, 1.0);
    let rehearsed = start.elapsed().as_secs_f32();
    let units = &speakers[0].take.units;
    let start = std::time::Instant::now();
    let sum: f32 = units.iter().map(|unit| stream.next(*unit)[0]).sum();
    let frame = start.elapsed().as_secs_f32() / units.len() as f32;
    let values: usize = prior.tensors().iter().map(|tensor| tensor.2.len()).sum();
    println!();
    println!(
        "Training {trained:.1} s, {} styles kept, {:.0} KB; a stream starts in {:.1} ms, a frame takes {:.2} us ({sum:.1}).",
        prior.styles(),
        values as f32 * 4.0 / 1024.0,
        rehearsed * 1e3,
        frame * 1e6
    );
    if let Some(path) = std::env::args().nth(1) {
        std::fs::write(path, curves(&prior, &speakers[..6])?)?;
    }
    Ok(())
}

/// A speaker whom training has not seen.
struct Speaker {
    /// What references are cut from, on speech of its own.
    take: PoseExample,
    /// What the speech to be animated is to be moved like.
    wanted: PoseExample,
    truth: PoseStyle,
    other_take: PoseStyle,
    seed: u64,
}

impl Speaker {
    fn new(index: u64) -> Self {
        let seed = FIRST_HELD_OUT + index;
        let teacher = PoseTeacher::draw(seed);
        let perform = |speech: u64, seconds: f32| {
            teacher.perform("", &made_up_speech(seconds, speech), seed ^ speech)
        };
        let wanted = perform(7_000 + index, 300.0);
        let truth = style_of(&wanted).expect("teachers move");
        let other_take = style_of(&perform(8_000 + index, 120.0)).expect("teachers move");
        Self {
            take: perform(9_000 + index, 60.0),
            wanted,
            truth,
            other_take,
            seed,
        }
    }

    fn reference(&self, seconds: usize) -> Option<PoseExample> {
        // The teacher takes a moment to begin.
        let frames = 250..250 + seconds * PROSODY_HZ as usize;
        Some(PoseExample {
            style: String::new(),
            units: self.take.units.get(frames.clone())?.to_vec(),
            angles: self.take.angles.get(frames)?.to_vec(),
        })
    }

    fn spoken(
        &self,
        prior: &PosePrior,
        style: &PoseStyle,
        retrieval: Retrieval,
    ) -> Option<PoseStyle> {
        let units = &self.wanted.units[..6000];
        let mut stream = PoseStream::with_retrieval(prior, style, self.seed, 1.0, retrieval);
        let angles: Vec<_> = units.iter().map(|unit| stream.next(*unit)).collect();
        PoseStyle::of(&angles, units)
    }

    fn spoken_without_units(&self, prior: &PosePrior, style: &PoseStyle) -> Option<PoseStyle> {
        let units = &self.wanted.units[..6000];
        let mut stream = PoseStream::new(prior, style, self.seed, 1.0);
        let angles: Vec<_> = units.iter().map(|_| stream.next(Unit::Plain)).collect();
        PoseStyle::of(&angles, units)
    }
}

fn style_of(example: &PoseExample) -> Option<PoseStyle> {
    PoseStyle::of(&example.angles, &example.units)
}

fn without_units(mut example: PoseExample) -> PoseExample {
    example.units.fill(Unit::Plain);
    example
}

/// Mean errors over speakers: relative ones as the mean absolute logarithm of the ratio, in per
/// cent. A style that could not be learnt is left out and counted.
fn row(
    name: &str,
    prior: &PosePrior,
    truths: &[&PoseStyle],
    made: impl Iterator<Item = Option<PoseStyle>>,
) {
    let (mut count, mut sums, mut own) = (0.0_f32, [0.0_f32; 4], 0.0_f32);
    for (index, style) in made.enumerate() {
        let Some(style) = style else { continue };
        let truth = truths[index];
        count += 1.0;
        sums[0] += gap(style.deviation(), truth.deviation());
        sums[1] += gap(style.speed(), truth.speed());
        let by_unit = Unit::ALL.map(|unit| gap(style.speed_on(unit), truth.speed_on(unit)));
        sums[2] += by_unit.iter().sum::<f32>() / by_unit.len() as f32;
        sums[3] += (style.nod() - truth.nod()).to_degrees().abs();
        let nearest = (0..truths.len()).min_by(|a, b| {
            let [a, b] = [*a, *b].map(|other| prior.distance(&style, truths[other]));
            a.total_cmp(&b)
        });
        own += f32::from(u8::from(nearest == Some(index)));
    }
    let [deviation, speed, by_unit, nod] = sums.map(|sum| sum / count);
    println!(
        "| {name} | {:.0} % | {:.0} % | {:.0} % | {nod:.2} | {:.0} % |",
        100.0 * deviation,
        100.0 * speed,
        100.0 * by_unit,
        100.0 * own / count
    );
}

fn gap(a: [f32; 3], b: [f32; 3]) -> f32 {
    let gaps = a.iter().zip(b).map(|(a, b)| (a / b).ln().abs());
    gaps.sum::<f32>() / 3.0
}

/// Half a minute of each speaker and of what was learnt from ten seconds of them.
fn curves(prior: &PosePrior, speakers: &[Speaker]) -> Result<String, Box<dyn std::error::Error>> {
    let mut out = "speaker,frame,unit,yaw,pitch,roll,own_yaw,own_pitch,own_roll\n".to_owned();
    for (index, speaker) in speakers.iter().enumerate() {
        let reference = speaker.reference(10).ok_or("too short")?;
        let style = style_of(&reference).ok_or("no motion")?;
        let mut stream = PoseStream::new(prior, &style, SEED, 1.0);
        let wanted = &speaker.wanted;
        for (frame, unit) in wanted.units.iter().take(1500).enumerate() {
            let made = stream.next(*unit).map(f32::to_degrees);
            let own = wanted.angles[frame].map(f32::to_degrees);
            write!(out, "{index},{frame},{}", unit.index())?;
            for angle in made.into_iter().chain(own) {
                write!(out, ",{angle:.4}")?;
            }
            out.push('\n');
        }
    }
    Ok(out)
}
