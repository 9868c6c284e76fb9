//! Contacts: both lips for p, b, m; lower lip and upper teeth for f, v.
//!
//! Contacts are laid over the blended targets, because averaging with the neighbouring sounds would
//! prevent them.

use super::FRAME_HZ;
use metaface_clip::{Phone, PhoneSpan};
use metaface_core::model::Style;

/// Lips start to close this long before they touch, in seconds.
const CLOSING: f32 = 0.085;
/// The lips part in this time after a plosive, in seconds.
const PLOSIVE_OPENING: f32 = 0.095;
/// The lips part in this time after a nasal, in seconds.
const NASAL_OPENING: f32 = 0.11;
/// Duration of the lower lip's movement to and from the teeth, in seconds.
const LABIODENTAL_MOVE: f32 = 0.075;
/// Lips never move between shut and open faster than this, in seconds.
const FASTEST_MOVE: f32 = 0.045;
/// A contact starts this long before the sound, in seconds: viewers notice late movements, not
/// early ones (ITU-R BT.1359).
const CONTACT_LEAD: f32 = 0.008;
/// A contact lasts at least this long from the start of the sound, in seconds, so that at 50 frames
/// per second at least one frame of every sound shows it.
const SHORTEST_CONTACT: f32 = 0.032;

/// The contacts of one frame, each 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Contact {
    /// Lips shut.
    pub(super) closure: f32,
    /// Lips pressed together, strongest just before they part.
    pub(super) press: f32,
    /// Air held behind the lips (p, b).
    pub(super) pressure: f32,
    /// Lower lip at the upper teeth.
    pub(super) labiodental: f32,
}

/// A contact and the durations of its onset and release, in seconds.
#[derive(Debug, Clone, Copy)]
struct Hold {
    phone: Phone,
    start: f32,
    end: f32,
    closing: f32,
    opening: f32,
}

impl Hold {
    fn envelope(&self, time: f32) -> f32 {
        let rise = ease((time - self.start) / self.closing + 1.0);
        let fall = ease(1.0 - (time - self.end) / self.opening);
        rise.min(fall)
    }

    /// The lip pressure: rises over the hold and ends shortly after.
    fn press(&self, time: f32) -> f32 {
        let length = (self.end - self.start).max(0.04);
        let rise = ease((time - self.start + 0.03) / (length + 0.03));
        let fall = ease(1.0 - (time - self.end) / 0.08);
        rise.min(fall)
    }
}

/// The contacts of every frame. `phones` are in order and without gaps.
pub(super) fn contacts(phones: &[PhoneSpan], frames: usize, style: &Style) -> Vec<Contact> {
    let mut contacts = vec![Contact::default(); frames];
    for hold in holds(phones, style) {
        let from = ((hold.start - hold.closing) * FRAME_HZ).floor().max(0.0) as usize;
        let to = ((hold.end + hold.opening) * FRAME_HZ).ceil().max(-1.0) + 1.0;
        let to = (to as usize).min(frames);
        for (offset, contact) in contacts.iter_mut().take(to).skip(from).enumerate() {
            let time = (from + offset) as f32 / FRAME_HZ;
            let value = hold.envelope(time);
            if hold.phone.is_labiodental() {
                contact.labiodental = contact.labiodental.max(value);
            } else {
                contact.closure = contact.closure.max(value);
                let strength = if hold.phone == Phone::M { 0.5 } else { 1.0 };
                contact.press = contact.press.max(strength * hold.press(time));
                if hold.phone != Phone::M {
                    contact.pressure = contact.pressure.max(hold.press(time));
                }
            }
        }
    }
    contacts
}

fn holds(phones: &[PhoneSpan], style: &Style) -> Vec<Hold> {
    let mut holds: Vec<Hold> = Vec::new();
    for (index, span) in phones.iter().enumerate() {
        let duration = span.end - span.start;
        let contact = if span.phone.is_bilabial() {
            // A plosive's label includes the burst, during which the lips part.
            let kept = if span.phone == Phone::M { 0.85 } else { 0.65 };
            Some((
                kept,
                CLOSING,
                if span.phone == Phone::M {
                    NASAL_OPENING
                } else {
                    PLOSIVE_OPENING
                },
            ))
        } else if span.phone.is_labiodental() {
            Some((0.75, LABIODENTAL_MOVE, LABIODENTAL_MOVE))
        } else {
            None
        };
        let Some((kept, closing, opening)) = contact else {
            continue;
        };
        let before_pause = phones
            .get(index + 1)
            .is_none_or(|next| next.phone == Phone::Sil);
        let lead = style.lead.max(0.0);
        let start = span.start - CONTACT_LEAD - lead;
        let mut end = span.start + (kept * duration - lead).max(SHORTEST_CONTACT.min(duration));
        if before_pause && span.phone == Phone::M {
            end = span.end;
        }
        // A cluster (m p, b m) is a single closure.
        if let Some(previous) = holds.last_mut()
            && index > 0
            && phones[index - 1].phone.is_bilabial()
            && span.phone.is_bilabial()
        {
            previous.end = end;
            previous.opening = opening;
            previous.phone = span.phone;
            continue;
        }
        let closing = closing * style.coarticulation.sqrt();
        let closing = match holds.last_mut() {
            Some(previous) => share_gap(previous, start, closing),
            None => closing,
        };
        holds.push(Hold {
            phone: span.phone,
            start,
            end: end.max(start),
            closing,
            opening: opening * style.coarticulation.sqrt(),
        });
    }
    holds
}

/// Shortens the movements between two contacts, so that the mouth opens even for a short vowel.
/// Returns the second contact's closing time.
fn share_gap(previous: &mut Hold, start: f32, closing: f32) -> f32 {
    let longest = (0.6 * (start - previous.end)).max(FASTEST_MOVE);
    previous.opening = previous.opening.min(longest);
    closing.min(longest)
}

/// The minimum-jerk step from 0 to 1 (Flash and Hogan 1985), flat outside.
pub(super) fn ease(x: f32) -> f32 {
    let x = x.clamp(0.0, 1.0);
    x * x * x * (10.0 + x * (6.0 * x - 15.0))
}
