//! A timeline of bars, drawn by the server as SVG without style or script: when leases end beside when machines move.
//!
//! Everything is in units of the drawing, 720 wide and 240 high. The same numbers stand in a table below it.

use std::fmt::Write as _;

/// Width of the drawing.
const WIDTH: u64 = 720;
/// Left end of the bars; numbers of the scale stand before it.
const LEFT: u64 = 46;
/// Right end of the bars.
const RIGHT: u64 = 712;
/// Top of the highest bar.
const TOP: u64 = 24;
/// Where bars stand.
const BOTTOM: u64 = 200;
/// Width of the longest label of a mark.
const LABEL: u64 = 130;
/// Dates below the bars, at most.
const DATES_MAX: usize = 8;

/// What happens in one period.
#[derive(Clone)]
pub struct Bar {
    /// The period as the axis names it.
    pub short: String,
    /// The period as the table names it.
    pub label: String,
    /// Machines whose lease ends.
    pub ends: u64,
    /// Machines that move.
    pub moves: u64,
}

/// A day that is marked by a line.
#[derive(Clone)]
pub struct Mark {
    /// Place on the axis in thousandths of its length.
    pub at: u64,
    pub label: String,
}

/// The timeline; texts are finished.
#[derive(Clone)]
pub struct Timeline {
    /// What the drawing says in one sentence.
    pub summary: String,
    pub bars: Vec<Bar>,
    pub marks: Vec<Mark>,
    /// How a number is written in the reader's language.
    pub scale: Vec<ScaleLine>,
}

/// A line of the scale.
#[derive(Clone)]
pub struct ScaleLine {
    pub value: u64,
    pub text: String,
}

/// Where a text of the drawing stands.
pub struct Label {
    pub x: u64,
    pub y: u64,
    /// Whether it ends there instead of beginning.
    pub is_end: bool,
    pub text: String,
}

impl Timeline {
    /// Round numbers for a scale up to `most`.
    pub fn scale_of(most: u64) -> Vec<u64> {
        let mut step = 1;
        for factor in [2, 5, 10].into_iter().cycle() {
            if step * 4 >= most.max(1) {
                break;
            }
            step = match factor {
                5 => step / 2 * 5,
                _ => step * 2,
            };
        }
        (0..=most.max(1).div_ceil(step)).map(|line| line * step).collect()
    }

    /// The highest number of the bars.
    pub fn most(bars: &[Bar]) -> u64 {
        bars.iter().map(|bar| bar.ends.max(bar.moves)).max().unwrap_or(0)
    }

    fn top(&self) -> u64 {
        self.scale.last().map_or(1, |line| line.value).max(1)
    }

    fn height(&self, value: u64) -> u64 {
        let height = (BOTTOM - TOP) * value / self.top();
        // One machine among thousands is seen too.
        if value > 0 { height.max(2) } else { 0 }
    }

    fn slot(&self, at: usize) -> (u64, u64) {
        let count = self.bars.len().max(1) as u64;
        let from = LEFT + (RIGHT - LEFT) * at as u64 / count;
        let to = LEFT + (RIGHT - LEFT) * (at as u64 + 1) / count;
        (from, to)
    }

    fn path(&self, value: impl Fn(&Bar) -> u64, is_second: bool) -> String {
        let mut path = String::new();
        for (at, bar) in self.bars.iter().enumerate() {
            let height = self.height(value(bar));
            if height == 0 {
                continue;
            }
            let (from, to) = self.slot(at);
            let width = ((to - from) * 2 / 5).clamp(1, 22);
            let middle = from.midpoint(to);
            let x = if is_second { middle } else { middle.saturating_sub(width) };
            write!(path, "M{x} {BOTTOM}v-{height}h{width}v{height}z").unwrap_or_default();
        }
        path
    }

    /// Bars of leases that end.
    pub fn ends(&self) -> String {
        self.path(|bar| bar.ends, false)
    }

    /// Bars of machines that move.
    pub fn moves(&self) -> String {
        self.path(|bar| bar.moves, true)
    }

    /// Lines of the scale.
    pub fn lines(&self) -> String {
        let y = |line: &ScaleLine| BOTTOM - (BOTTOM - TOP) * line.value / self.top();
        self.scale.iter().fold(String::new(), |mut path, line| {
            write!(path, "M{LEFT} {}H{RIGHT}", y(line)).unwrap_or_default();
            path
        })
    }

    /// Numbers beside them.
    pub fn numbers(&self) -> Vec<Label> {
        let y = |line: &ScaleLine| BOTTOM - (BOTTOM - TOP) * line.value / self.top() + 4;
        self.scale.iter().map(|line| Label { x: LEFT - 6, y: y(line), is_end: true, text: line.text.clone() }).collect()
    }

    /// Periods below the bars, as many as find room.
    pub fn dates(&self) -> Vec<Label> {
        let every = self.bars.len().div_ceil(DATES_MAX).max(1);
        let shown = self.bars.iter().enumerate().step_by(every);
        shown
            .map(|(at, bar)| Label { x: self.slot(at).0 + 2, y: 218, is_end: false, text: bar.short.clone() })
            .collect()
    }

    fn mark_at(mark: &Mark) -> u64 {
        LEFT + (RIGHT - LEFT) * mark.at.min(1000) / 1000
    }

    /// Lines of the marked days.
    pub fn mark_lines(&self) -> String {
        self.marks.iter().fold(String::new(), |mut path, mark| {
            write!(path, "M{} {}V{BOTTOM}", Self::mark_at(mark), TOP - 8).unwrap_or_default();
            path
        })
    }

    /// What the marked days are, on two lines when they stand close together.
    pub fn mark_labels(&self) -> Vec<Label> {
        let label = |(row, mark): (usize, &Mark)| {
            let x = Self::mark_at(mark);
            // A label stands on the side where no other mark is near.
            let is_near = |other: &Mark| (x + 1..x + LABEL).contains(&Self::mark_at(other));
            let is_end = x > WIDTH - LABEL || (x > LEFT + LABEL && self.marks.iter().any(is_near));
            Label {
                x: if is_end { x - 4 } else { x + 4 },
                y: 12 + 13 * (row as u64 % 2),
                is_end,
                text: mark.label.clone(),
            }
        };
        self.marks.iter().enumerate().map(label).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(values: &[(u64, u64)]) -> Timeline {
        let bar = |(ends, moves): &(u64, u64)| Bar {
            short: "1".to_owned(),
            label: "1".to_owned(),
            ends: *ends,
            moves: *moves,
        };
        let bars: Vec<Bar> = values.iter().map(bar).collect();
        let line = |value: u64| ScaleLine { value, text: value.to_string() };
        let scale = Timeline::scale_of(Timeline::most(&bars)).into_iter().map(line).collect();
        Timeline { summary: String::new(), bars, marks: vec![Mark { at: 5000, label: "x".to_owned() }], scale }
    }

    #[test]
    fn scales_are_round_and_reach_the_highest_bar() {
        for (most, expected) in [(0, vec![0, 1]), (4, vec![0, 1, 2, 3, 4]), (7, vec![0, 2, 4, 6, 8])] {
            assert_eq!(Timeline::scale_of(most), expected, "{most}");
        }
        assert_eq!(Timeline::scale_of(190), [0, 50, 100, 150, 200]);
        assert_eq!(Timeline::scale_of(50_000).last(), Some(&60_000));
    }

    #[test]
    fn bars_and_marks_stay_inside_of_the_drawing() {
        let chart = chart(&[(400, 1), (0, 50_000), (3, 0)]);
        assert_eq!(chart.ends().matches('M').count(), 2, "{}", chart.ends());
        assert_eq!(chart.moves().matches('M').count(), 2);
        assert!(chart.moves().contains("v-2h"), "one machine is seen: {}", chart.moves());
        assert!(chart.mark_labels().iter().all(|label| label.x < WIDTH));
        let many = self::chart(&vec![(1, 1); 104]);
        assert!(many.dates().len() <= DATES_MAX && many.ends().matches('M').count() == 104);
    }

    #[test]
    fn nothing_at_all_is_drawn_without_an_error() {
        let chart = chart(&[]);
        assert_eq!((chart.ends(), chart.dates().len()), (String::new(), 0));
    }
}
