package planner_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/omegagen/omegagen/hcl/diag/diagtest"
	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// knownTask is a planning task whose optimal cost is known without a planner.
type knownTask struct {
	name string
	src  string
	cost int
}

// knownTasks are small tasks of different structure: their optima follow from a
// formula, or from an exhaustive search over the puzzle itself.
func knownTasks() []knownTask {
	out := []knownTask{{"gripper of 5", gripper(5), 15}, {"gripper of 6", gripper(6), 17},
		{"grid of 4 × 3", grid(4, 3), 11}, {"grid of 3 × 3", grid(3, 3), 8}}
	for n := 1; n <= 5; n++ {
		out = append(out, knownTask{fmt.Sprintf("hanoi of %d", n), hanoi(n), 1<<n - 1})
	}
	for _, steps := range []int{0, 1, 9, 14} {
		board := farBoard(3, 2, steps)
		out = append(out, knownTask{fmt.Sprintf("tiles in %d moves", steps), tiles(board, 3, 2), steps})
	}
	return out
}

// task is the manifest of a generated task.
func task(t testing.TB, src string) *manifest.Manifest {
	t.Helper()
	m, diags := loader.Load(loader.Input{FS: diagtest.Manifest(src), Dir: "."})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return m
}

// domain collects the blocks of a manifest.
type domain struct{ strings.Builder }

func newDomain() *domain {
	d := &domain{}
	d.WriteString("system \"tasks\" {}\n")
	return d
}

func (d *domain) state(name, initial string) {
	fmt.Fprintf(d, "state %q {\n  type = string\n  initial = %q\n}\n", name, initial)
}

func (d *domain) action(name, precondition, effects string) {
	fmt.Fprintf(d, "action %q {\n  precondition = %s\n  effects = { %s }\n}\n", name, precondition, effects)
}

func (d *domain) goal(conditions []string) string {
	fmt.Fprintf(d, "goal \"all\" {\n  condition = %s\n}\n", strings.Join(conditions, " && "))
	return d.String()
}

// hanoi moves n discs from peg a to peg c, smaller discs always above: 2ⁿ−1 moves.
func hanoi(n int) string {
	d := newDomain()
	pegs := []string{"a", "b", "c"}
	var done []string
	for i := range n {
		d.state(fmt.Sprintf("disc%d", i), "a")
		done = append(done, fmt.Sprintf("state.disc%d == \"c\"", i))
		for f, from := range pegs {
			for t, to := range pegs {
				if f == t {
					continue
				}
				needs := []string{fmt.Sprintf("state.disc%d == %q", i, from)}
				for smaller := range i {
					needs = append(needs, fmt.Sprintf("state.disc%d == %q", smaller, pegs[3-f-t]))
				}
				d.action(fmt.Sprintf("disc%d_%s_%s", i, from, to), strings.Join(needs, " && "), fmt.Sprintf("disc%d = %q", i, to))
			}
		}
	}
	return d.goal(done)
}

// gripper carries n balls from room a to room b with two hands: two steps a ball,
// and the way there and back for each pair, except the last way back.
func gripper(n int) string {
	d := newDomain()
	d.state("robot", "a")
	d.state("left", "free")
	d.state("right", "free")
	d.action("go_b", `state.robot == "a"`, `robot = "b"`)
	d.action("go_a", `state.robot == "b"`, `robot = "a"`)
	var done []string
	for i := range n {
		d.state(fmt.Sprintf("ball%d", i), "a")
		done = append(done, fmt.Sprintf("state.ball%d == \"b\"", i))
		for _, hand := range []string{"left", "right"} {
			for _, room := range []string{"a", "b"} {
				d.action(fmt.Sprintf("pick%d_%s_%s", i, hand, room),
					fmt.Sprintf("state.robot == %q && state.ball%d == %q && state.%s == \"free\"", room, i, room, hand),
					fmt.Sprintf("ball%d = %q, %s = \"full\"", i, hand, hand))
				d.action(fmt.Sprintf("drop%d_%s_%s", i, hand, room), fmt.Sprintf("state.robot == %q && state.ball%d == %q", room, i, hand),
					fmt.Sprintf("ball%d = %q, %s = \"free\"", i, room, hand))
			}
		}
	}
	return d.goal(done)
}

// neighbours lists the pairs of adjacent cells of a grid, in both directions.
func neighbours(width, height int) (out [][2]int) {
	for c := range width * height {
		if c%width > 0 {
			out = append(out, [2]int{c, c - 1}, [2]int{c - 1, c})
		}
		if c >= width {
			out = append(out, [2]int{c, c - width}, [2]int{c - width, c})
		}
	}
	return out
}

// grid visits all cells from a corner: there is a way that enters each once.
func grid(width, height int) string {
	d := newDomain()
	d.state("at", "0")
	done := []string{}
	for c := 1; c < width*height; c++ {
		d.state(fmt.Sprintf("cell%d", c), "new")
		done = append(done, fmt.Sprintf("state.cell%d == \"seen\"", c))
	}
	for _, n := range neighbours(width, height) {
		effects := fmt.Sprintf("at = \"%d\"", n[1])
		if n[1] > 0 {
			effects += fmt.Sprintf(", cell%d = \"seen\"", n[1])
		}
		d.action(fmt.Sprintf("go_%d_%d", n[0], n[1]), fmt.Sprintf("state.at == \"%d\"", n[0]), effects)
	}
	return d.goal(done)
}

// tiles slides the tiles of a board into order; board has the tile of each cell, 0 is the gap.
func tiles(board []int, width, height int) string {
	d := newDomain()
	var done []string
	for c, t := range board {
		d.state(fmt.Sprintf("tile%d", t), fmt.Sprint(c))
		done = append(done, fmt.Sprintf("state.tile%d == \"%d\"", c, c))
	}
	for _, n := range neighbours(width, height) {
		for t := 1; t < len(board); t++ {
			d.action(fmt.Sprintf("slide%d_%d_%d", t, n[0], n[1]), fmt.Sprintf("state.tile%d == \"%d\" && state.tile0 == \"%d\"", t, n[0], n[1]),
				fmt.Sprintf("tile%d = \"%d\", tile0 = \"%d\"", t, n[1], n[0]))
		}
	}
	return d.goal(done)
}

// farBoard is a board that is exactly so many moves from order: the first that a breadth-first search reaches.
func farBoard(width, height, moves int) []int {
	start := make([]int, width*height)
	for i := range start {
		start[i] = i
	}
	seen := map[string]bool{fmt.Sprint(start): true}
	level := [][]int{start}
	for range moves {
		var next [][]int
		for _, b := range level {
			gap := slices.Index(b, 0)
			for _, n := range neighbours(width, height) {
				if n[0] != gap {
					continue
				}
				c := slices.Clone(b)
				c[gap], c[n[1]] = c[n[1]], 0
				if key := fmt.Sprint(c); !seen[key] {
					seen[key] = true
					next = append(next, c)
				}
			}
		}
		level = next
	}
	return level[0]
}
