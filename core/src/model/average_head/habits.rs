//! Parameters by which the head motion of speakers differs.

/// The habits of a head. [`Default`] is the average speaker, as in
/// [`AverageHead::new`](super::AverageHead::new); the pose teacher of training samples others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeadHabits {
    /// Mean posture in degrees: yaw, pitch, roll.
    pub mean_deg: [f32; 3],
    /// Standard deviation of postures in speech, in degrees. With nods and silences, the angles
    /// of the average head deviate by 1 to 2.5 degrees.
    pub posture_deg: [f32; 3],
    /// Size of postures in silence, relative to speech.
    pub posture_in_silence: f32,
    /// Roll per yaw: the tilt of the head as a share of its turn.
    pub tilt: f32,
    /// Duration of a change of posture, in seconds (median).
    pub shift_time: f32,
    /// Seconds between changes inside a phrase and in silence (medians).
    pub shift_every: (f32, f32),
    /// Share of nods that go up instead of down.
    pub nod_up: f32,
    /// Chance of a nod on the weakest accent, and the increase on the strongest.
    pub nod_chance: (f32, f32),
    /// Yaw and roll of a nod, as shares of its pitch (standard deviations).
    pub nod_aside: [f32; 2],
    /// Factor on the duration of a nod.
    pub nod_time: f32,
    /// Standard deviation of the idle motion in speech, in degrees.
    pub idle_deg: [f32; 3],
    /// Idle motion in silence, relative to speech: breathing and balance.
    pub idle_in_silence: f32,
}

impl Default for HeadHabits {
    fn default() -> Self {
        Self {
            mean_deg: [0.0; 3],
            posture_deg: [3.0, 1.5, 1.6],
            posture_in_silence: 0.25,
            tilt: 0.0,
            shift_time: 0.75,
            shift_every: (2.0, 4.5),
            nod_up: 0.15,
            nod_chance: (0.4, 0.6),
            nod_aside: [0.25, 0.2],
            nod_time: 1.0,
            idle_deg: [0.3, 0.3, 0.2],
            idle_in_silence: 0.5,
        }
    }
}
