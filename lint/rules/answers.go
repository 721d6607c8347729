package rules

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/omegagen/omegagen/hcl/diag"
	"github.com/omegagen/omegagen/internal/text"
)

var ruleUnknownField = diag.Warning("OG886", "Misspelled field of an answer",
	"jq reads a field that doesn't exist as null, so a check fails, or passes, for the wrong reason. The answers of the APIs of Prometheus, Alertmanager and Grafana are known. A field that is a misspelling of one of theirs is reported, if the script's jq reads what curl gets from a service of the manifest. Labels and annotations may have any name.")

// answer is what an API returns.
type answer struct {
	fields []string
	free   []string // fields whose own fields have any name
}

// answers are the APIs' answers by the image's family and a part of the path. Sources: Prometheus's docs/querying/api.md,
// Alertmanager's api/v2/openapi.yaml, Grafana's developers/http_api.
var answers = map[string][]struct {
	path string
	answer
}{
	"prometheus": {
		{"/api/v1/query", answer{strings.Fields("status data resultType result metric value values histogram histograms warnings infos error errorType stats"), []string{"metric"}}},
		{"/api/v1/targets", answer{strings.Fields("status data activeTargets droppedTargets droppedTargetCounts discoveredLabels labels scrapePool scrapeUrl globalUrl lastError lastScrape lastScrapeDuration health scrapeInterval scrapeTimeout error errorType warnings"), []string{"labels", "discoveredLabels", "droppedTargetCounts"}}},
		{"/api/v1/rules", answer{strings.Fields("status data groups name file rules interval limit evaluationTime lastEvaluation alerts query duration keepFiringFor labels annotations state activeAt value health lastError type groupNextToken error errorType warnings"), []string{"labels", "annotations"}}},
		{"/api/v1/alerts", answer{strings.Fields("status data alerts labels annotations state activeAt keepFiringSince value error errorType warnings"), []string{"labels", "annotations"}}},
	},
	"alertmanager": {
		{"/api/v2/alerts", answer{strings.Fields("annotations endsAt fingerprint receivers name startsAt status inhibitedBy mutedBy silencedBy state updatedAt generatorURL labels alerts receiver"), []string{"labels", "annotations"}}},
		{"/api/v2/silences", answer{strings.Fields("id status state comment createdBy startsAt endsAt matchers isEqual isRegex name value updatedAt annotations"), []string{"annotations"}}},
		{"/api/v2/status", answer{strings.Fields("cluster name peers status address config original uptime versionInfo branch buildDate buildUser goVersion revision version"), nil}},
	},
	"grafana": {
		{"/api/health", answer{strings.Fields("commit database version enterpriseCommit"), nil}},
		{"/api/dashboards/uid/", answer{strings.Fields(`dashboard meta message status annotations description editable fiscalYearStartMonth gnetId graphTooltip id links list liveNow panels preload refresh revision rows
			schemaVersion snapshot style tags templating time from to timepicker timezone title uid version weekStart type canSave canEdit canAdmin canStar canDelete slug url expires created updated updatedBy
			createdBy hasAcl isFolder apiVersion folderId folderUid folderTitle folderUrl provisioned provisionedExternalId annotationsPermissions publicDashboardEnabled isStarred isHome isSnapshot`), []string{"annotations", "templating", "timepicker", "links", "annotationsPermissions"}}},
		{"/api/search", answer{strings.Fields("id uid orgId title uri url slug type tags isStarred isDeleted folderId folderUid folderTitle folderUrl sortMeta message"), nil}},
	},
}

// answered is the answer that a call of curl gets from a service of the manifest; nil if it isn't known.
func (w *walker) answered(c *syntax.CallExpr) *answer {
	if arg(c, 0) != "curl" {
		return nil
	}
	for _, a := range c.Args[1:] {
		t, _ := literal(a)
		for _, e := range endpoints(t) {
			s := w.names.publishers[e.port]
			if s == nil || s.Image == nil {
				continue
			}
			from, _ := origin(s.Image)
			for _, x := range answers[from.family()] {
				if strings.Contains(t, x.path) {
					return &x.answer
				}
			}
		}
	}
	return nil
}

// assigned notes the answer that a variable gets.
func (w *walker) assign(a *syntax.Assign) {
	if a.Name == nil {
		return
	}
	delete(w.answers, a.Name.Value)
	if a.Value == nil {
		return
	}
	s := onlySubst(a.Value)
	if s == nil || len(s.Stmts) == 0 {
		return
	}
	list := pipeline(s.Stmts[len(s.Stmts)-1])
	if c := callOf(list[len(list)-1]); c != nil {
		if x := w.answered(c); x != nil {
			if w.answers == nil {
				w.answers = map[string]*answer{}
			}
			w.answers[a.Name.Value] = x
		}
	}
}

// readsAnswer checks the fields that jq reads of what the command before it in a pipe prints.
func (w *walker) readsAnswer(from, to *syntax.Stmt) {
	jq, c := callOf(to), callOf(from)
	if jq == nil || c == nil || arg(jq, 0) != "jq" {
		return
	}
	x := w.answered(c)
	if n := arg(c, 0); x == nil && (n == "printf" || n == "echo") {
		v, _ := onlyVariable(c.Args[len(c.Args)-1])
		x = w.answers[v]
	}
	if x == nil {
		return
	}
	for i := 1; i < len(jq.Args); i++ {
		t, _ := literal(jq.Args[i])
		if strings.HasPrefix(t, "--arg") || t == "--slurpfile" || t == "--rawfile" {
			i += 2
		} else if !strings.HasPrefix(t, "-") {
			for _, name := range x.wrong(t) {
				w.report(ruleUnknownField, jq.Args[i].Pos(), name, "the answer has no field `.%s`, so jq reads null.%s", name, text.Suggestion("."+text.Slip(name, x.fields)))
			}
			return
		}
	}
}

var (
	jqStrings = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
	jqField   = regexp.MustCompile(`(\$?\w*)\.([A-Za-z_]\w*)`)
	jqKeys    = regexp.MustCompile(`([A-Za-z_]\w*)\s*:`)
)

// wrong are the misspelled fields of a jq program.
func (x *answer) wrong(program string) (out []string) {
	program = jqStrings.ReplaceAllStringFunc(program, func(s string) string { return strconv.Quote(strings.Repeat("_", 3)) })
	if before, _, ok := strings.Cut(program, ".panels"); ok {
		program = before
	}
	made := map[string]bool{}
	for _, m := range jqKeys.FindAllStringSubmatch(program, -1) {
		made[m[1]] = true
	}
	parent := ""
	end := -1
	for _, m := range jqField.FindAllStringSubmatchIndex(program, -1) {
		before, name := program[m[2]:m[3]], program[m[4]:m[5]]
		if before == "" && m[0] == end {
			before = parent
		}
		parent, end = name, m[1]
		if strings.HasPrefix(before, "$") || slices.Contains(x.free, before) || slices.Contains(x.fields, name) || made[name] {
			continue
		}
		if text.Slip(name, x.fields) != "" {
			out = append(out, name)
		}
	}
	return out
}
