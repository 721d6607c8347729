package lang

import "github.com/omegagen/omegagen/hcl/diag"

// suggestBudget bounds the names compared in one run, so that a large
// manifest full of mistakes is still read in linear time.
const suggestBudget = 2_000_000

// affordable reports whether n more names may be looked at for suggestions.
// Ask before gathering them.
func (p *Program) affordable(n int) bool { return p.compared+n <= suggestBudget }

// Suggest returns the candidate nearest to name, or "" when none is near.
func (p *Program) Suggest(name string, candidates []string) string {
	if !p.affordable(len(candidates)) {
		return ""
	}
	p.compared += len(candidates)
	return diag.Nearest(name, candidates)
}

// didYouMean is a sentence to append, with a leading space, or "".
func (p *Program) didYouMean(name string, candidates []string) (sentence, fix string) {
	if s := p.Suggest(name, candidates); s != "" {
		return " Did you mean \"" + s + "\"?", s
	}
	return "", ""
}
