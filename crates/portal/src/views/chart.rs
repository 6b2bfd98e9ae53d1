//! A chart of bars, drawn on the server as SVG, with the same numbers as a table beside it.

use askama::{Template, filters::HtmlSafe};

use super::frame::Frame;

/// Height and width of the drawing, in its own units.
const HEIGHT: i64 = 120;
const WIDTH: i64 = 720;
/// The most bars that are drawn; of more, the newest stay.
pub const BARS_MAX: usize = 180;

/// One bar.
#[derive(Clone)]
pub struct Bar {
    /// What it stands for, such as a day.
    pub label: String,
    pub value: i64,
    /// The value in words.
    pub shown: String,
}

/// Bars in order. `title` and `column` are message ids: of the whole, and of what a bar stands for.
#[derive(Clone)]
pub struct Chart {
    pub title: &'static str,
    pub column: &'static str,
    pub bars: Vec<Bar>,
}

/// Where a bar is drawn.
pub struct Place {
    pub x: i64,
    pub y: i64,
    pub width: i64,
    pub height: i64,
}

impl Chart {
    pub fn new(title: &'static str, column: &'static str, mut bars: Vec<Bar>) -> Self {
        let surplus = bars.len().saturating_sub(BARS_MAX);
        bars.drain(..surplus);
        Self { title, column, bars }
    }

    /// The largest value, as it is written.
    pub fn highest(&self) -> &str {
        self.bars.iter().max_by_key(|bar| bar.value).map_or("", |bar| bar.shown.as_str())
    }

    /// The labels of the first and the last bar.
    pub fn ends(&self) -> (&str, &str) {
        let label = |bar: usize| self.bars.get(bar).map_or("", |bar| bar.label.as_str());
        (label(0), label(self.bars.len().saturating_sub(1)))
    }

    /// Each bar with its place; the highest one reaches the top.
    pub fn places(&self) -> Vec<(Place, &Bar)> {
        let count = i64::try_from(self.bars.len()).unwrap_or(1).max(1);
        let highest = self.bars.iter().map(|bar| bar.value).max().unwrap_or(0).max(1);
        let place = |index: i64, value: i64| {
            let (x, end) = (index * WIDTH / count, (index + 1) * WIDTH / count);
            let height = value.clamp(0, highest).saturating_mul(HEIGHT) / highest;
            let height = if value > 0 { height.max(1) } else { 0 };
            Place { x, y: HEIGHT - height, width: (end - x - 1).max(1), height }
        };
        (0..).zip(&self.bars).map(|(index, bar)| (place(index, bar.value), bar)).collect()
    }
}

#[derive(Template)]
#[template(path = "parts/chart.html")]
pub struct ChartView<'a> {
    pub t: &'a Frame,
    pub chart: &'a Chart,
}

impl HtmlSafe for ChartView<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(values: &[i64]) -> Chart {
        let bar = |value: &i64| Bar { label: value.to_string(), value: *value, shown: value.to_string() };
        Chart::new("chart-machines", "chart-day", values.iter().map(bar).collect())
    }

    #[test]
    fn bars_fill_the_drawing_and_never_leave_it() {
        for values in [vec![0], vec![1, 5, 3], vec![0, 0], vec![1, 1_000_000_000_000], (0..500).collect()] {
            let chart = chart(&values);
            assert!(chart.bars.len() <= BARS_MAX);
            for (place, bar) in chart.places() {
                assert!(place.x >= 0 && place.x + place.width <= WIDTH, "{values:?}");
                assert!(place.y >= 0 && place.y + place.height == HEIGHT, "{values:?}");
                assert_eq!(place.height > 0, bar.value > 0, "what is there is seen");
            }
        }
        assert_eq!(chart(&[1, 5, 3]).highest(), "5");
        assert_eq!(chart(&[1, 5, 3]).ends(), ("1", "3"));
    }
}
