//! What one speaker's head does differently from another's.

/// The habits of a head. [`Default`] is the average speaker, whom
/// [`HeadPose::new`](super::HeadPose::new) animates; the pose teacher of training draws others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct HeadHabits {
    /// Where postures lie about, in degrees: yaw, pitch, roll.
    pub(crate) rest_deg: [f32; 3],
    /// Standard deviation of postures while speaking, in degrees. With nods and rests the average
    /// head's angles then deviate by 1 to 2.5 degrees.
    pub(crate) posture_deg: [f32; 3],
    /// Postures in silence, relative to speech.
    pub(crate) posture_at_rest: f32,
    /// How far the head tilts with a turn, as a share of the turn.
    pub(crate) tilt: f32,
    /// How long a change of posture takes, in seconds (median).
    pub(crate) shift_time: f32,
    /// Seconds between changes inside a phrase and in silence (medians).
    pub(crate) shift_every: (f32, f32),
    /// Share of nods that go up instead of down.
    pub(crate) nod_up: f32,
    /// Chance of a nod on the weakest accent and what the strongest adds to it.
    pub(crate) nod_chance: (f32, f32),
    /// Yaw and roll that go with a nod, as shares of it (standard deviations).
    pub(crate) nod_aside: [f32; 2],
    /// Factor on how long a nod takes.
    pub(crate) nod_time: f32,
    /// Standard deviation of the idle motion while speaking, in degrees.
    pub(crate) idle_deg: [f32; 3],
    /// Idle motion in silence, relative to speech: breathing and balance.
    pub(crate) idle_at_rest: f32,
}

impl Default for HeadHabits {
    fn default() -> Self {
        Self {
            rest_deg: [0.0; 3],
            posture_deg: [3.0, 1.5, 1.6],
            posture_at_rest: 0.25,
            tilt: 0.0,
            shift_time: 0.75,
            shift_every: (2.0, 4.5),
            nod_up: 0.15,
            nod_chance: (0.4, 0.6),
            nod_aside: [0.25, 0.2],
            nod_time: 1.0,
            idle_deg: [0.3, 0.3, 0.2],
            idle_at_rest: 0.5,
        }
    }
}
