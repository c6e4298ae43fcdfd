/*!
`async fn` as Python coroutines (feature `experimental-async`).

A call keeps its arguments and makes a [`Coroutine`]; the arguments are converted and the receiver is borrowed when the coroutine is
first polled, in the future that then runs, so that the borrows last as long as it does. `send` polls the future once. What it waits
for wakes it through a future of the running `asyncio` loop (`waker`). [`CancelHandle`] brings what Python throws into the coroutine to
the Rust future.
*/

mod call;
mod cancel;
mod object;
mod waker;

pub use self::cancel::CancelHandle;
pub use self::object::Coroutine;

#[doc(hidden)]
pub mod emitted {
    pub use super::call::{Arguments, Attached, checked, finished, start};
}
