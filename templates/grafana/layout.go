package grafana

import (
	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// gridWidth is the width of a dashboard in units.
const gridWidth = 24

const maxHeight = 100

// size is the default size of a panel of a type.
func size(panelType string) (w, h int) {
	switch panelType {
	case "stat", "gauge":
		return 6, 5
	case "text":
		return 24, 4
	case "logs":
		return 24, 10
	}
	return 12, 8
}

// checkSize reports sizes that don't fit the grid.
func checkSize(p *manifest.Panel) hcl.Diagnostics {
	if p.Width < 0 || p.Width > gridWidth || p.Height < 0 || p.Height > maxHeight {
		return hcl.Diagnostics{ruleBadGrid.At(p.Range, "%s is %d units wide and %d high. Use a width of 1 to %d and a height of 1 to %d.", p.Address, p.Width, p.Height, gridWidth, maxHeight)}
	}
	return nil
}

// place lays out panels in lines from y on, from left to right in order, and returns
// the y below them. In each line, the panels without a width share the remaining
// width, and those without a height are as high as the highest.
func place(panels []*Panel, sources []*manifest.Panel, y int) int {
	for first := 0; first < len(panels); {
		last, width := first, 0
		for last < len(panels) {
			w, _ := wanted(sources[last])
			if last > first && width+w > gridWidth {
				break
			}
			width += w
			last++
		}
		y = line(panels[first:last], sources[first:last], y, gridWidth-width)
		first = last
	}
	return y
}

// wanted is a panel's size before its line is filled, limited to the grid.
func wanted(p *manifest.Panel) (w, h int) {
	w, h = size(p.Type)
	if p.Width > 0 {
		w = min(p.Width, gridWidth)
	}
	if p.Height > 0 {
		h = min(p.Height, maxHeight)
	}
	return w, h
}

func line(panels []*Panel, sources []*manifest.Panel, y, free int) int {
	flexible, height := 0, 0 // preferred widths of the panels without a width
	for _, s := range sources {
		w, h := wanted(s)
		if s.Width == 0 {
			flexible += w
			free += w
		}
		height = max(height, h)
	}
	x := 0
	for i, s := range sources {
		w, h := wanted(s)
		if s.Width == 0 {
			// The remaining width is distributed in proportion, to the last unit.
			share := (free*w + flexible/2) / flexible
			free, flexible = free-share, flexible-w
			w = share
		}
		if s.Height == 0 {
			h = height
		}
		panels[i].GridPos = GridPos{H: h, W: w, X: x, Y: y}
		x += w
	}
	return y + height
}
