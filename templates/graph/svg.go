package graph

import (
	"encoding/xml"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/omegagen/omegagen/internal/text"
	"github.com/omegagen/omegagen/planner"
)

// Sizes in pixels.
const (
	rowHeight = 22
	barHeight = 14
	top       = 58 // title and axis
	margin    = 12
	chart     = 900 // the whole makespan
	charWidth = 7.3 // of the monospaced names
	mostRunes = 56  // of a name; the tooltip has the full name
)

// document is the picture as it is encoded.
type document struct {
	XMLName xml.Name `xml:"http://www.w3.org/2000/svg svg"`
	Width   string   `xml:"width,attr"`
	Height  string   `xml:"height,attr"`
	ViewBox string   `xml:"viewBox,attr"`
	Role    string   `xml:"role,attr"`
	Title   string   `xml:"title"`
	Style   string   `xml:"style"`
	Defs    marker   `xml:"defs>marker"`
	Items   []any
}

type marker struct {
	ID     string `xml:"id,attr"`
	Width  int    `xml:"markerWidth,attr"`
	Height int    `xml:"markerHeight,attr"`
	RefX   int    `xml:"refX,attr"`
	RefY   int    `xml:"refY,attr"`
	Orient string `xml:"orient,attr"`
	Units  string `xml:"markerUnits,attr"`
	Path   path   `xml:"path"`
}

type rect struct {
	XMLName xml.Name `xml:"rect"`
	Class   string   `xml:"class,attr"`
	X       string   `xml:"x,attr"`
	Y       string   `xml:"y,attr"`
	Width   string   `xml:"width,attr"`
	Height  string   `xml:"height,attr"`
	Round   int      `xml:"rx,attr,omitempty"`
	Title   string   `xml:"title,omitempty"`
}

type svgText struct {
	XMLName xml.Name `xml:"text"`
	Class   string   `xml:"class,attr"`
	X       string   `xml:"x,attr"`
	Y       string   `xml:"y,attr"`
	Text    string   `xml:",chardata"`
}

type path struct {
	XMLName xml.Name `xml:"path"`
	Class   string   `xml:"class,attr,omitempty"`
	D       string   `xml:"d,attr"`
	End     string   `xml:"marker-end,attr,omitempty"`
}

const style = "text { font: 12px monospace; fill: #222 } text.title { font: bold 14px sans-serif } " +
	"text.tick { font: 10px sans-serif; fill: #666; text-anchor: middle } rect.back { fill: #fff } rect.step { fill: #4a7ebb } " +
	"rect.critical { fill: #c0392b } rect.slack { fill: #d5dfec } path { stroke: #888; fill: none } path.grid { stroke: #ddd } " +
	"path.bold { stroke: #c0392b; stroke-width: 2 } marker path { fill: #444; stroke: none }"

// SVG draws a plan's schedule: a row for each step, from its start to its finish,
// followed by its slack, and an arrow from each step to those that need it. Generated
// steps are rounded, the critical path is red. If no step takes time, a step is drawn
// after the steps that it needs. The same plan gives the same bytes.
func SVG(p *planner.Plan) ([]byte, error) {
	d := &drawing{p: p, row: map[*planner.Step]int{}}
	names := 0
	for i, s := range p.Steps {
		d.row[s] = i
		names = max(names, utf8.RuneCountInString(short(s.ID)))
		_, to := span(p, s)
		d.end = max(d.end, to)
	}
	d.left = 2*margin + float64(float64(names)*charWidth) // two conversions, so that all machines round alike
	width, height := d.left+chart+2*margin, float64(top+len(p.Steps)*rowHeight+margin)
	doc := &document{Width: px(width), Height: px(height), ViewBox: fmt.Sprintf("0 0 %s %s", px(width), px(height)), Role: "img", Title: Title(p), Style: style,
		Defs: marker{"arrow", 6, 6, 5, 3, "auto", "userSpaceOnUse", path{D: "M0 0 6 3 0 6z"}}}
	doc.Items = append(doc.Items, rect{Class: "back", X: "0", Y: "0", Width: px(width), Height: px(height)},
		svgText{Class: "title", X: px(margin), Y: "22", Text: Title(p)})
	d.axis(doc)
	for _, s := range p.Steps {
		for _, need := range s.Needs {
			doc.Items = append(doc.Items, d.arrow(need, s))
		}
	}
	for _, s := range p.Steps {
		d.step(doc, s)
	}
	out, err := xml.MarshalIndent(doc, "", " ")
	if err != nil {
		return nil, err
	}
	return append(out, '\n'), nil
}

type drawing struct {
	p    *planner.Plan
	row  map[*planner.Step]int
	left float64
	end  time.Duration
}

// x is the position of a time.
func (d *drawing) x(t time.Duration) float64 {
	if d.end == 0 {
		return d.left
	}
	return d.left + float64(chart*float64(t))/float64(d.end)
}

// middle is the height of a step's row.
func (d *drawing) middle(s *planner.Step) float64 {
	return top + float64(d.row[s])*rowHeight + rowHeight/2
}

// axis draws the time axis of the schedule.
func (d *drawing) axis(doc *document) {
	if !timed(d.p) {
		return
	}
	step := tick(d.end)
	for t := time.Duration(0); t <= d.end; t += step {
		x := px(d.x(t))
		doc.Items = append(doc.Items, svgText{Class: "tick", X: x, Y: px(top - 10), Text: t.String()},
			path{Class: "grid", D: fmt.Sprintf("M%s %d V%d", x, top-6, top+len(d.p.Steps)*rowHeight)})
	}
}

// ticks are round times, in milliseconds.
var ticks = []time.Duration{1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
	900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 43_200_000}

// tick is a round interval that gives at most ten ticks.
func tick(end time.Duration) time.Duration {
	for _, t := range ticks {
		if end/(t*time.Millisecond) <= 10 {
			return t * time.Millisecond
		}
	}
	return end/10 + 1
}

// step draws a step's name, its time and its slack.
func (d *drawing) step(doc *document, s *planner.Step) {
	from, to := span(d.p, s)
	y := d.middle(s)
	doc.Items = append(doc.Items, svgText{Class: "name", X: px(margin), Y: px(y + 4), Text: short(s.ID)})
	x1, x2 := d.x(from), d.x(to)
	if timed(d.p) && s.Slack > 0 {
		doc.Items = append(doc.Items, rect{Class: "slack", X: px(x2), Y: px(y - 2), Width: px(d.x(to+s.Slack) - x2), Height: "4"})
	}
	bar := rect{Class: "step", X: px(x1), Y: px(y - barHeight/2), Width: px(max(x2-x1, 2)), Height: px(barHeight), Title: tooltip(d.p, s)}
	if onPath(d.p, s) {
		bar.Class = "critical"
	}
	if s.Action.Declared == nil {
		bar.Round = barHeight / 2
	}
	doc.Items = append(doc.Items, bar)
}

// tooltip is the full description of a step.
func tooltip(p *planner.Plan, s *planner.Step) string {
	t := label(s)
	if timed(p) {
		t += fmt.Sprintf("\n%s to %s, slack %s", text.Duration(s.Start), text.Duration(s.Finish), text.Duration(s.Slack))
	}
	return t
}

// arrow leads from the end of a step's bar to the start of one below it.
func (d *drawing) arrow(need, s *planner.Step) path {
	_, end := span(d.p, need)
	start, _ := span(d.p, s)
	x1, y1, x2, y2 := d.x(end), d.middle(need), d.x(start), d.middle(s)
	a := path{Class: "need", End: "url(#arrow)"}
	if onPath(d.p, need) && onPath(d.p, s) {
		a.Class = "bold"
	}
	bend := x1 + 4
	if x2 >= bend+6 {
		a.D = fmt.Sprintf("M%s %s H%s V%s H%s", px(x1), px(y1), px(bend), px(y2), px(x2))
	} else { // right below: down onto the bar
		a.D = fmt.Sprintf("M%s %s H%s V%s", px(x1), px(y1), px(max(bend, x2+1)), px(y2-barHeight/2))
	}
	return a
}

// short truncates a name to the width of a row.
func short(s string) string {
	if utf8.RuneCountInString(s) <= mostRunes {
		return s
	}
	return string([]rune(s)[:mostRunes-1]) + "…"
}

// px writes a length with at most one decimal.
func px(x float64) string {
	s := fmt.Sprintf("%.1f", x)
	if s[len(s)-2:] == ".0" {
		return s[:len(s)-2]
	}
	return s
}
