package lang

import "github.com/omegagen/omegagen/internal/text"

// suggestBudget bounds the names compared in one run, so that a large manifest full of mistakes is
// still read in linear time.
const suggestBudget = 2_000_000

// affordable reports whether n more names may be compared for suggestions. Ask before gathering them.
func (p *Evaluation) affordable(n int) bool { return p.compared+n <= suggestBudget }

// Suggest returns the candidate nearest to name, or "" if none is near.
func (p *Evaluation) Suggest(name string, candidates []string) string {
	_, fix := p.didYouMean(name, candidates)
	return fix
}

// didYouMean is text.DidYouMean within the budget; beyond it, both are "".
func (p *Evaluation) didYouMean(name string, candidates []string) (sentence, fix string) {
	if !p.affordable(len(candidates)) {
		return "", ""
	}
	p.compared += len(candidates)
	return text.DidYouMean(name, candidates)
}
