//! The rule at the end of a zone's file, which holds from its last change on: `CET-1CEST,M3.5.0,M10.5.0/3`, as POSIX
//! writes it in `TZ`.

use super::file::Span;

const DAY: i64 = 86_400;

/// One clock all the year, or two that take turns.
#[derive(Clone, Copy)]
pub(super) struct Rule {
    winter: Clock,
    summer: Option<Summer>,
}

/// What a clock shows: seconds east of UTC, and how that is called.
#[derive(Clone, Copy)]
struct Clock {
    east: i32,
    short: &'static str,
}

#[derive(Clone, Copy)]
struct Summer {
    clock: Clock,
    begins: Turn,
    ends: Turn,
}

/// When a clock changes: a day of the year, and seconds after its midnight by the clock that was right until then.
#[derive(Clone, Copy)]
struct Turn {
    day: Day,
    time: i32,
}

#[derive(Clone, Copy)]
enum Day {
    /// `Jn`: the day of a year without a leap day, from 1.
    Plain(u16),
    /// `n`: the day of the year, from 0, the leap day counted.
    Counted(u16),
    /// `Mm.w.d`: the weekday `d` (Sunday is 0) of the week `w` of a month; the fifth is the last.
    Week { month: u8, week: u8, weekday: u8 },
}

impl Rule {
    /// Reads a rule; none where it is not of the form.
    pub(super) fn read(text: &'static [u8]) -> Option<Self> {
        let mut text = Words(std::str::from_utf8(text).ok()?);
        let short = text.name()?;
        let winter = Clock { short, east: -text.seconds()? };
        if text.0.is_empty() {
            return Some(Self { winter, summer: None });
        }
        let short = text.name()?;
        let east = if text.0.starts_with(',') { winter.east + 3600 } else { -text.seconds()? };
        let summer = Summer { clock: Clock { east, short }, begins: text.turn()?, ends: text.turn()? };
        text.0.is_empty().then_some(Self { winter, summer: Some(summer) })
    }

    /// The span an instant lies in.
    pub(super) fn span(&self, at: i64) -> Span {
        let Some(summer) = &self.summer else { return self.winter.until(None) };
        let year = year_of(at + i64::from(self.winter.east));
        let mut last = None;
        for year in year..=year + 1 {
            let begins = (summer.begins.of(year) - i64::from(self.winter.east), &summer.clock);
            let ends = (summer.ends.of(year) - i64::from(summer.clock.east), &self.winter);
            let turns = if begins.0 < ends.0 { [begins, ends] } else { [ends, begins] };
            // A year begins with what the one before ended with.
            let mut now = last.unwrap_or(turns[1].1);
            for (turn, clock) in turns {
                if turn > at {
                    return now.until(Some(turn));
                }
                now = clock;
            }
            last = Some(now);
        }
        self.winter.until(None)
    }
}

impl Clock {
    fn until(&self, until: Option<i64>) -> Span {
        Span { east: self.east, short: self.short, until }
    }
}

impl Turn {
    /// The turn of a year, by the clock's own time.
    fn of(self, year: i64) -> i64 {
        let first = days_before(year);
        let is_leap = days_before(year + 1) - first == 366;
        let day = match self.day {
            Day::Plain(n) => i64::from(n) - i64::from(!is_leap || n < 60),
            Day::Counted(n) => i64::from(n),
            Day::Week { month, week, weekday } => {
                let (starts, length) = month_of(month, is_leap);
                // 1 January 1970 was a Thursday.
                let begins_on = (first + starts + 4).rem_euclid(7);
                let mut day = (i64::from(weekday) - begins_on).rem_euclid(7) + 7 * (i64::from(week) - 1);
                while day >= length {
                    day -= 7;
                }
                starts + day
            }
        };
        (first + day) * DAY + i64::from(self.time)
    }
}

/// Days from 1 January 1970 to the first of a year.
fn days_before(year: i64) -> i64 {
    let past = year - 1;
    365 * (year - 1970) + past.div_euclid(4) - past.div_euclid(100) + past.div_euclid(400) - 477
}

/// The year a second lies in.
fn year_of(second: i64) -> i64 {
    let day = second.div_euclid(DAY);
    // 400 years have 146,097 days: right, or one off.
    let guess = 1970 + (day * 400).div_euclid(146_097);
    if day < days_before(guess) {
        guess - 1
    } else if day >= days_before(guess + 1) {
        guess + 1
    } else {
        guess
    }
}

/// Days before a month in its year, and its length.
fn month_of(month: u8, is_leap: bool) -> (i64, i64) {
    let leap = i64::from(is_leap);
    let lengths = [31, 28 + leap, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let index = usize::from(month.clamp(1, 12)) - 1;
    (lengths.iter().take(index).sum(), lengths.get(index).copied().unwrap_or(30))
}

/// What is left to read of a rule.
struct Words(&'static str);

impl Words {
    fn take(&mut self, sign: char) -> bool {
        let rest = self.0.strip_prefix(sign);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// `CET`, or `<-03>`.
    fn name(&mut self) -> Option<&'static str> {
        let (name, rest) = if self.take('<') {
            self.0.split_once('>')?
        } else {
            self.0.split_at(self.0.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(self.0.len()))
        };
        self.0 = rest;
        (!name.is_empty()).then_some(name)
    }

    fn number<T: std::str::FromStr>(&mut self) -> Option<T> {
        let (digits, rest) =
            self.0.split_at(self.0.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.0.len()));
        self.0 = rest;
        digits.parse().ok()
    }

    /// `-3`, `5:30`, `-3:51`: hours, minutes and seconds as seconds.
    fn seconds(&mut self) -> Option<i32> {
        let sign = if self.take('-') { -1 } else { 1 };
        self.take('+');
        let mut seconds = 3600 * i32::from(self.number::<u8>()?);
        for unit in [60, 1] {
            if self.take(':') {
                seconds += unit * i32::from(self.number::<u8>()?);
            }
        }
        Some(sign * seconds)
    }

    /// `,M3.5.0/3`.
    fn turn(&mut self) -> Option<Turn> {
        self.take(',').then_some(())?;
        let day = if self.take('J') {
            Day::Plain(self.number()?)
        } else if self.take('M') {
            let month = self.number()?;
            let week = self.take('.').then(|| self.number())??;
            Day::Week { month, week, weekday: self.take('.').then(|| self.number())?? }
        } else {
            Day::Counted(self.number()?)
        };
        let time = if self.take('/') { self.seconds()? } else { 2 * 3600 };
        Some(Turn { day, time })
    }
}
