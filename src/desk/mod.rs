//! What the desk does: pure plans, and one engine that carries them out.
//!
//! Every action has a file with a pure `plan`: what it will do, to whom, what it costs the guest and
//! what forbids it. A [`Plan`] is plain data and holds no secret, so it can be shown, compared and
//! journalled. The [`Engine`] runs the [`Step`]s of any plan one by one. A step is settled by reading
//! the API, never by believing a reply, so that a lost reply is neither done nor failed, and a run can
//! be taken up again from any step. Each step is written down through a [`Recorder`] before and after it is
//! done; what cannot be written down is not done.
//!
//! The rules are those of Seam's access grants: a change of times re-issues every method, a card needs
//! the encoder again, deletions take their time, and there is no idempotency key.

mod again;
pub mod assign;
pub mod grant;
pub mod instant_key;
pub mod keys;
pub mod lock_out;
pub mod more_cards;
mod places;
pub mod room_move;
pub mod scan;
mod step_words;
pub mod undo;
pub mod unlock;
mod wish;

mod brand;
mod card_news;
pub mod check_out;
pub mod encode;
mod encoders;
mod engine;
pub mod extend;
mod facts;
mod listen;
mod pace;
mod plan;
mod progress;
mod record;
pub mod reissue;
mod run;
mod step;
#[cfg(test)]
mod tests;
pub(crate) mod trouble;
mod unfinished;

pub use again::stay_after;
pub use assign::AssignAsk;
pub use grant::{GrantAsk, KeyAsk, Who};
pub use instant_key::{DeleteLinkAsk, NewLinkAsk};
pub use keys::{AddKeyAsk, KeyChoice, RevokeKeyAsk};
pub use lock_out::LockOutAsk;
pub use more_cards::MoreCardsAsk;
pub use room_move::MoveAsk;
pub use scan::{Found, Purpose, Reading, ReadingAsk, ReadingId, ReadingState};
pub use unlock::UnlockAsk;
pub use wish::{GrantName, GuestName, Moved, NewGrant, NewGuest, Pins, Wish};

pub use card_news::{CardReader, card_news};
pub use check_out::CheckOutAsk;
pub use encode::EncodeAsk;
pub use engine::{Clock, Engine};
pub use extend::ExtendAsk;
pub use pace::Pace;
pub use plan::{Action, Line, Plan, Refusal, Tone};
pub use progress::{Control, Outcome, Progress, ProgressKind, RunId, StepState};
pub use record::{LEASE, Ledger, Recorder, Recording, Refusing, Unrecorded};
pub use reissue::{CardChoice, EncoderChoice, ReissueAsk};
pub use step::{Change, MethodRef, Step};
pub use trouble::is_the_encoder;
pub use unfinished::{Known, Unfinished};
