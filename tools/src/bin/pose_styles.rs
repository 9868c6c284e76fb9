//! Measures how well the style of a head is learned: `pose_styles [CURVES.csv]`.
//!
//! Learns the pose prior from simulated speakers, learns the styles of other speakers from
//! references of 2 to 30 seconds, animates other speech with them and prints the errors against the
//! same speakers as a Markdown table. Writes the angles of some heads in degrees to CURVES.csv.

use std::fmt::Write as _;

use metaface_core::model::pose::{LearnedHead, PosePrior, PoseStyle, Retrieval, Unit};
use metaface_core::model::prosody::PROSODY_HZ;
use metaface_training::pose::{
    PoseExample, PoseTeacher, pose_examples, simulated_speech, train_pose_prior,
};

/// Styles in the training set.
const TRAINED: usize = 80;
/// Speakers to evaluate.
const HELD_OUT: usize = 48;
const SEED: u64 = 20;
/// The first seed of the held-out speakers.
const FIRST_HELD_OUT: u64 = 1_000_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let speech: Vec<_> = (0..40).map(|seed| simulated_speech(45.0, seed)).collect();
    let start = std::time::Instant::now();
    let examples = pose_examples(&speech, TRAINED, 4, SEED);
    let prior = train_pose_prior(&examples, SEED)?;
    let trained = start.elapsed().as_secs_f32();
    let one_unit: Vec<PoseExample> = examples.into_iter().map(without_units).collect();
    let unitless = train_pose_prior(&one_unit, SEED)?;
    let speakers: Vec<HeldOutSpeaker> = (0..HELD_OUT as u64).map(HeldOutSpeaker::new).collect();

    println!("| | deviation | speed | speed by unit | nods, degrees | recognised |");
    println!("|---|---|---|---|---|---|");
    let truths: Vec<&PoseStyle> = speakers.iter().map(|speaker| &speaker.truth).collect();
    let other_takes = speakers
        .iter()
        .map(|speaker| Some(speaker.other_take.clone()));
    row("the speaker again", &prior, &truths, other_takes);
    let generated = (speakers.iter())
        .map(|speaker| speaker.generated(&prior, &speaker.truth, Retrieval::Matched));
    row(
        "300 s, interpolated and matched",
        &prior,
        &truths,
        generated,
    );
    for seconds in [2, 5, 10, 30] {
        let styles: Vec<Option<PoseStyle>> = speakers
            .iter()
            .map(|speaker| speaker.reference(seconds).and_then(|part| style_of(&part)))
            .collect();
        let generate = |speaker: &HeldOutSpeaker, style: &Option<PoseStyle>, retrieval| {
            speaker.generated(&prior, style.as_ref()?, retrieval)
        };
        if seconds == 2 {
            let generated = (speakers.iter().zip(&styles))
                .map(|(speaker, style)| generate(speaker, style, Retrieval::Average));
            row("no style: the bank's mean", &prior, &truths, generated);
        }
        for (name, retrieval) in [
            ("nearest", Retrieval::Nearest),
            ("interpolated", Retrieval::Interpolated),
            ("interpolated and matched", Retrieval::Matched),
        ] {
            let generated = (speakers.iter().zip(&styles))
                .map(|(speaker, style)| generate(speaker, style, retrieval));
            row(&format!("{seconds} s, {name}"), &prior, &truths, generated);
        }
        let generated = speakers.iter().map(|speaker| {
            let part = without_units(speaker.reference(seconds)?);
            speaker.generated_without_units(&unitless, &style_of(&part)?)
        });
        row(
            &format!("{seconds} s, matched, one unit for all speech"),
            &prior,
            &truths,
            generated,
        );
        let others = styles.iter().cycle().skip(1);
        let generated = (speakers.iter().zip(others))
            .map(|(speaker, style)| generate(speaker, style, Retrieval::Matched));
        row(
            &format!("{seconds} s of another speaker"),
            &prior,
            &truths,
            generated,
        );
    }
    let style = style_of(&speakers[0].take).ok_or("no motion")?;
    let start = std::time::Instant::now();
    let mut head = LearnedHead::new(&prior, &style, SEED, 1.0);
    let start_seconds = start.elapsed().as_secs_f32();
    let units = &speakers[0].take.units;
    let start = std::time::Instant::now();
    let sum: f32 = units.iter().map(|unit| head.next(*unit)[0]).sum();
    let frame = start.elapsed().as_secs_f32() / units.len() as f32;
    let values: usize = prior.tensors().iter().map(|tensor| tensor.2.len()).sum();
    println!();
    println!(
        "Training {trained:.1} s, {} styles kept, {:.0} KB; a stream starts in {:.1} ms, a frame takes {:.2} us ({sum:.1}).",
        prior.styles(),
        values as f32 * 4.0 / 1024.0,
        start_seconds * 1e3,
        frame * 1e6
    );
    if let Some(path) = std::env::args().nth(1) {
        std::fs::write(path, curves(&prior, &speakers[..6])?)?;
    }
    Ok(())
}

/// A held-out speaker.
struct HeldOutSpeaker {
    /// The take from which references are cut.
    take: PoseExample,
    /// The target: the speaker's motion on other speech.
    wanted: PoseExample,
    /// The style of the target.
    truth: PoseStyle,
    /// The style of a further take.
    other_take: PoseStyle,
    seed: u64,
}

impl HeldOutSpeaker {
    fn new(index: u64) -> Self {
        let seed = FIRST_HELD_OUT + index;
        let teacher = PoseTeacher::draw(seed);
        let perform = |speech: u64, seconds: f32| {
            teacher.perform("", &simulated_speech(seconds, speech), seed ^ speech)
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
        // The first 5 s are skipped, until the teacher's motion is stationary.
        let frames = 250..250 + seconds * PROSODY_HZ as usize;
        Some(PoseExample {
            style: String::new(),
            units: self.take.units.get(frames.clone())?.to_vec(),
            angles: self.take.angles.get(frames)?.to_vec(),
        })
    }

    fn generated(
        &self,
        prior: &PosePrior,
        style: &PoseStyle,
        retrieval: Retrieval,
    ) -> Option<PoseStyle> {
        let units = &self.wanted.units[..6000];
        let mut head = LearnedHead::with_retrieval(prior, style, self.seed, 1.0, retrieval);
        let angles: Vec<_> = units.iter().map(|unit| head.next(*unit)).collect();
        PoseStyle::of(&angles, units)
    }

    fn generated_without_units(&self, prior: &PosePrior, style: &PoseStyle) -> Option<PoseStyle> {
        let units = &self.wanted.units[..6000];
        let mut head = LearnedHead::new(prior, style, self.seed, 1.0);
        let angles: Vec<_> = units.iter().map(|_| head.next(Unit::Plain)).collect();
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

/// Prints mean errors over the speakers whose style could be learned. Relative errors are the mean
/// absolute logarithm of the ratio, in per cent.
fn row(
    name: &str,
    prior: &PosePrior,
    truths: &[&PoseStyle],
    styles: impl Iterator<Item = Option<PoseStyle>>,
) {
    let (mut count, mut sums, mut recognised) = (0.0_f32, [0.0_f32; 4], 0.0_f32);
    for (index, style) in styles.enumerate() {
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
        recognised += f32::from(u8::from(nearest == Some(index)));
    }
    let [deviation, speed, by_unit, nod] = sums.map(|sum| sum / count);
    println!(
        "| {name} | {:.0} % | {:.0} % | {:.0} % | {nod:.2} | {:.0} % |",
        100.0 * deviation,
        100.0 * speed,
        100.0 * by_unit,
        100.0 * recognised / count
    );
}

fn gap(a: [f32; 3], b: [f32; 3]) -> f32 {
    let gaps = a.iter().zip(b).map(|(a, b)| (a / b).ln().abs());
    gaps.sum::<f32>() / 3.0
}

/// 30 s of each speaker, and of the motion generated with a style learned from 10 s.
fn curves(
    prior: &PosePrior,
    speakers: &[HeldOutSpeaker],
) -> Result<String, Box<dyn std::error::Error>> {
    let mut out = "speaker,frame,unit,yaw,pitch,roll,own_yaw,own_pitch,own_roll\n".to_owned();
    for (index, speaker) in speakers.iter().enumerate() {
        let reference = speaker.reference(10).ok_or("too short")?;
        let style = style_of(&reference).ok_or("no motion")?;
        let mut head = LearnedHead::new(prior, &style, SEED, 1.0);
        let wanted = &speaker.wanted;
        for (frame, unit) in wanted.units.iter().take(1500).enumerate() {
            let generated = head.next(*unit).map(f32::to_degrees);
            let captured = wanted.angles[frame].map(f32::to_degrees);
            write!(out, "{index},{frame},{}", unit.index())?;
            for angle in generated.into_iter().chain(captured) {
                write!(out, ",{angle:.4}")?;
            }
            out.push('\n');
        }
    }
    Ok(out)
}
