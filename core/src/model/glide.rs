//! Minimum-jerk movement from one value to the next, like that of muscles.

use super::prosody::FRAME_SECONDS;

/// A value that moves smoothly to its goals, sampled at [`PROSODY_HZ`](super::prosody::PROSODY_HZ).
///
/// The path is the polynomial of fifth degree with the least jerk (Flash and Hogan, J. Neurosci. 5,
/// 1985) from the present position, velocity and acceleration to rest at the goal, so that
/// position, velocity and acceleration are continuous even if the goal changes on the way. From
/// rest, a distance `d` in `t` seconds reaches a speed of `1.875 d / t` and an acceleration of
/// `5.77 d / t^2`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Glide {
    goal: f32,
    /// Coefficients of the path over `age / duration`, constant term first.
    path: [f32; 6],
    /// Duration of the present movement in seconds; zero at rest.
    duration: f32,
    /// Seconds since the start of the present movement.
    age: f32,
}

impl Glide {
    /// Starts a movement that reaches a goal in this many seconds.
    pub(crate) fn move_to(&mut self, goal: f32, seconds: f32) {
        let duration = seconds.max(2.0 * FRAME_SECONDS);
        let [position, velocity, acceleration] = self.state();
        let (v, a) = (velocity * duration, acceleration * duration * duration);
        let distance = goal - position;
        *self = Self {
            goal,
            path: [
                position,
                v,
                0.5 * a,
                10.0 * distance - 6.0 * v - 1.5 * a,
                -15.0 * distance + 8.0 * v + 1.5 * a,
                6.0 * distance - 3.0 * v - 0.5 * a,
            ],
            duration,
            age: 0.0,
        };
    }

    /// The value one frame later.
    pub(crate) fn next(&mut self) -> f32 {
        self.age += FRAME_SECONDS;
        if self.has_arrived() {
            self.duration = 0.0;
        }
        self.state()[0]
    }

    /// Whether the goal is reached.
    pub(crate) fn has_arrived(&self) -> bool {
        self.age >= self.duration
    }

    /// Position, velocity and acceleration.
    fn state(&self) -> [f32; 3] {
        if self.has_arrived() {
            return [self.goal, 0.0, 0.0];
        }
        let [c0, c1, c2, c3, c4, c5] = self.path;
        let (x, t) = (self.age / self.duration, self.duration);
        let position = c0 + x * (c1 + x * (c2 + x * (c3 + x * (c4 + x * c5))));
        let first = c1 + x * (2.0 * c2 + x * (3.0 * c3 + x * (4.0 * c4 + x * 5.0 * c5)));
        let second = 2.0 * c2 + x * (6.0 * c3 + x * (12.0 * c4 + x * 20.0 * c5));
        [position, first / t, second / (t * t)]
    }
}

/// Durations of the phases of a [`Stroke`], in seconds.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct StrokeTiming {
    pub(crate) rise: f32,
    pub(crate) hold: f32,
    pub(crate) fall: f32,
}

/// A gesture: a rise, a short hold, and a fall back to zero. A new gesture starts from the present
/// value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stroke {
    glide: Glide,
    timing: StrokeTiming,
    rising: bool,
}

impl Stroke {
    /// Starts a gesture of this size.
    pub(crate) fn start(&mut self, size: f32, timing: StrokeTiming) {
        self.glide.move_to(size, timing.rise);
        self.timing = timing;
        self.rising = true;
    }

    /// The value one frame later.
    pub(crate) fn next(&mut self) -> f32 {
        if self.rising && self.glide.has_arrived() {
            self.timing.hold -= FRAME_SECONDS;
            if self.timing.hold <= 0.0 {
                self.rising = false;
                self.glide.move_to(0.0, self.timing.fall);
            }
        }
        self.glide.next()
    }
}

#[cfg(test)]
mod tests {
    use super::{FRAME_SECONDS, Glide, Stroke, StrokeTiming};

    #[test]
    fn a_glide_arrives_in_time_with_the_speed_of_minimum_jerk() {
        let mut glide = Glide::default();
        glide.move_to(2.0, 0.8);
        let path: Vec<f32> = (0..50).map(|_| glide.next()).collect();
        let speeds = path
            .windows(2)
            .map(|pair| (pair[1] - pair[0]) / FRAME_SECONDS);
        let fastest = speeds.fold(0.0, f32::max);
        assert!((fastest - 1.875 * 2.0 / 0.8).abs() < 0.05, "{fastest}");
        assert!(path.windows(2).all(|pair| pair[0] <= pair[1]));
        assert!(path[20] > 1.0 && path[20] < 1.3);
        assert_eq!(path[40..], [2.0; 10]);
    }

    #[test]
    fn a_change_of_the_goal_on_the_way_causes_no_jump_in_speed() {
        let mut glide = Glide::default();
        glide.move_to(1.0, 0.5);
        let mut path: Vec<f32> = (0..12).map(|_| glide.next()).collect();
        glide.move_to(-1.0, 0.6);
        path.extend((0..40).map(|_| glide.next()));
        let speeds: Vec<f32> = path
            .windows(2)
            .map(|p| (p[1] - p[0]) / FRAME_SECONDS)
            .collect();
        for pair in speeds.windows(2) {
            let acceleration = (pair[1] - pair[0]) / FRAME_SECONDS;
            assert!(acceleration.abs() < 60.0, "{acceleration}");
        }
        assert_eq!(path.last(), Some(&-1.0));
    }

    #[test]
    fn a_stroke_rises_holds_and_falls() {
        let mut stroke = Stroke::default();
        let timing = StrokeTiming {
            rise: 0.2,
            hold: 0.1,
            fall: 0.4,
        };
        stroke.start(0.3, timing);
        let path: Vec<f32> = (0..40).map(|_| stroke.next()).collect();
        let held = path.iter().filter(|value| **value == 0.3).count();
        assert!((4..=7).contains(&held), "{held}");
        assert_eq!(path[39], 0.0);
    }
}
