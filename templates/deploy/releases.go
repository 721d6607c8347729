package deploy

import (
	"regexp"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
)

// plainComponent is what a component of a repository's name looks like
// (github.com/distribution/reference).
var plainComponent = regexp.MustCompile(`^[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*$`)

// separators are replaced in names that aren't plain.
var separators = regexp.MustCompile(`[^a-z0-9]+`)

// releaseImages are the images that a release keeps, a line each: the repository
// of the tags by which it keeps them, `omegagen/PROJECT/IMAGE`, the name by which it is
// run, and its other name if it has one. These are all images that containers run or that the kit builds; images that
// are only built from are no part of a release.
func releaseImages(m *manifest.Manifest) []string {
	used := map[*manifest.Image]bool{}
	for _, s := range m.Services {
		used[s.Image] = true
	}
	var out []string
	for _, i := range m.Images {
		if !used[i] && !i.Built() {
			continue
		}
		out = append(out, "omegagen/"+component(m.System.Project())+"/"+component(i.Name)+" "+strings.Join(i.Names(), " "))
	}
	return out
}

// component makes a component of a repository's name: the name itself where that
// is possible. Different names make different components.
func component(name string) string {
	if plainComponent.MatchString(name) {
		return name
	}
	sum := kit.Sum([]byte(name))[:8]
	if plain := strings.Trim(separators.ReplaceAllString(strings.ToLower(name), "-"), "-"); plain != "" {
		return plain + "-" + sum
	}
	return sum
}
