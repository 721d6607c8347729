package main

import (
	"slices"
	"strconv"
	"strings"
)

// helpers is added to each mutated package: it reads the active mutant from the environment, and
// records the mutants that a run reaches.
const helpers = `
import (
	mutantOS "os"
	mutantConv "strconv"
	mutantAtomic "sync/atomic"
)

var (
	mutantOn = func() int {
		n, _ := mutantConv.Atoi(mutantOS.Getenv("OMEGAGEN_MUTANT"))
		return n
	}()
	mutantNotes = mutantOS.Getenv("OMEGAGEN_MUTANT_NOTES")
	mutantNoted [1 << 16]mutantAtomic.Bool
)

func mutantIs(n int) bool {
	if mutantNotes != "" {
		mutantNote(n)
	}
	return n == mutantOn
}

func mutantNote(n int) {
	if mutantNoted[n].Load() || mutantNoted[n].Swap(true) {
		return
	}
	f, err := mutantOS.OpenFile(mutantNotes, mutantOS.O_APPEND|mutantOS.O_CREATE|mutantOS.O_WRONLY, 0o666)
	if err != nil {
		panic(err)
	}
	f.WriteString(mutantConv.Itoa(n) + "\n")
	f.Close()
}

type mutantInteger interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr
}

type mutantNumber interface {
	mutantInteger | ~float32 | ~float64
}

func mutantAdd[T mutantNumber](n int, a, b T) T {
	if mutantIs(n) {
		return a - b
	}
	return a + b
}

func mutantSub[T mutantNumber](n int, a, b T) T {
	if mutantIs(n) {
		return a + b
	}
	return a - b
}

func mutantMul[T mutantNumber](n int, a, b T) T {
	if mutantIs(n) {
		return a / b
	}
	return a * b
}

func mutantQuo[T mutantNumber](n int, a, b T) T {
	if mutantIs(n) {
		return a * b
	}
	return a / b
}

func mutantRem[T mutantInteger](n int, a, b T) T {
	if mutantIs(n) {
		return a * b
	}
	return a % b
}
`

// rewrite returns a file with all its sampled mutants in it, each inactive until its number is in the
// environment. So a package is compiled once for all of them.
func rewrite(source []byte, mutants []*mutant) string {
	sorted := slices.Clone(mutants)
	// What starts earlier or ends later encloses the others; of two at one place the first one found, an
	// if's condition, does.
	slices.SortStableFunc(sorted, func(a, b *mutant) int {
		if a.from != b.from {
			return a.from - b.from
		}
		return b.to - a.to
	})
	var b strings.Builder
	write(&b, source, 0, len(source), sorted)
	return b.String()
}

// write writes the source between two offsets; within are the mutants in it.
func write(b *strings.Builder, source []byte, from, to int, within []*mutant) {
	for len(within) > 0 {
		m := within[0]
		n := 1
		for n < len(within) && within[n].from < m.to {
			n++
		}
		b.Write(source[from:m.from])
		for _, p := range m.pieces {
			if p.text != "" {
				b.WriteString(strings.ReplaceAll(p.text, "$N", strconv.Itoa(m.id)))
				continue
			}
			var inner []*mutant
			for _, x := range within[1:n] {
				if x.from >= p.from && x.to <= p.to {
					inner = append(inner, x)
				}
			}
			write(b, source, p.from, p.to, inner)
		}
		from, within = m.to, within[n:]
	}
	b.Write(source[from:to])
}
