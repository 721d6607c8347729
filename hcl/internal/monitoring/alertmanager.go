package monitoring

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

// defaultAlertmanagerPath is where the official image has its configuration.
const defaultAlertmanagerPath = "/etc/alertmanager"

// integrations are the keys of Alertmanager's receivers, without "_configs".
var integrations = []string{"discord", "email", "incidentio", "jira", "mattermost", "msteams", "msteamsv2", "opsgenie", "pagerduty", "pushover",
	"rocketchat", "slack", "sns", "telegram", "victorops", "webex", "webhook", "wechat"}

func alertmanagerSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "alertmanager", Max: 1, NoRef: true,
		Doc: "The Alertmanager to which Prometheus sends its alerts: one of the system (`service`), which needs receivers and a `route`, or an external one (`url`), which has its own configuration. The generated configuration is mounted into the service, unless the service mounts its own.",
		Attrs: []lang.Attr{
			{Name: "service", Type: lang.RefTo("service"), Doc: "The service that runs the server. Its replicas become peers, so that each alert is notified once."},
			{Name: "url", Type: lang.String, Doc: "The address of an external server, such as \"https://alerts.example.org\", with a path if it has a prefix."},
			{Name: "port", Type: lang.String, Doc: "The name of the port of the HTTP interface. Default: the one with container port 9093, or the first."},
			{Name: "config_path", Type: lang.String, Default: strconv.Quote(defaultAlertmanagerPath), Doc: "The folder in the container at which the configuration is mounted."},
			{Name: "watchdog", Type: lang.RefTo("receiver"), Doc: "Who is notified every five minutes as long as alerts arrive, such as a dead man's switch that calls for help when that stops. Adds the alert Watchdog, which always fires, unless the manifest has one of that name, and its route."},
		},
		Blocks: []*lang.BlockSpec{
			settingsSpec("global", 1, "Defaults of all receivers, under Alertmanager's own keys: `smtp_smarthost`, `slack_api_url`, `http_config` and so on. Secrets are references, as in a receiver."),
			receiverSpec(), routeSpec(), inhibitSpec(), muteTimeSpec(), templateSpec(),
		},
		Declare: func(b *lang.Block) any {
			a := &manifest.Alertmanager{Origin: b.Origin()}
			b.Evaluation().Manifest.Alertmanager = a
			return a
		},
		Decode: decodeAlertmanager,
	}
}

func settingsSpec(name string, most int, doc string) *lang.BlockSpec {
	return &lang.BlockSpec{Type: name, Open: true, Max: most, Repeat: most == 0, Doc: doc}
}

func receiverSpec() *lang.BlockSpec {
	s := &lang.BlockSpec{
		Type: "receiver", Labels: []lang.Label{{Name: "name", Doc: "The name of the receiver."}}, Scoped: true,
		Doc:     "Who is notified, and how: blocks named like Alertmanager's integrations (" + strings.Join(integrations, ", ") + "), any number of each, with Alertmanager's own keys. Lists are written as lists, nested maps as maps or blocks. `KEY = secret.x` writes the path of the secret's file to the key `KEY_file`, which Alertmanager reads, and mounts the file.",
		Declare: func(b *lang.Block) any { return &manifest.Receiver{Origin: b.Origin(), Name: b.Name} },
	}
	s.Habits = map[string]string{}
	for _, kind := range integrations {
		s.Habits[kind+"_configs"] = "Write a block for each: " + kind + " { … }."
		s.Blocks = append(s.Blocks, settingsSpec(kind, 0, "Alertmanager's `"+kind+"_configs`."))
	}
	return s
}

// routeArguments are those that the root has, too.
func routeArguments() []lang.Attr {
	return []lang.Attr{
		{Name: "receiver", Type: lang.RefTo("receiver"), Doc: "Who is notified. The root requires it; elsewhere, the default is that of the route around."},
		{Name: "group_by", Type: lang.Strings, Doc: "The labels by which alerts are grouped to notifications; [\"...\"] is all. Default: those of the route around."},
		{Name: "group_wait", Type: lang.Duration, Doc: "How long a new group waits for further alerts. Default: the server's, 30s."},
		{Name: "group_interval", Type: lang.Duration, Doc: "How long a group waits to notify of a change. Default: the server's, 5m."},
		{Name: "repeat_interval", Type: lang.Duration, Doc: "How long until a notification is repeated. Default: the server's, 4h."},
	}
}

func routeSpec() *lang.BlockSpec {
	nested := &lang.BlockSpec{
		Type: "route", Repeat: true, Max: 0,
		Habits: map[string]string{"match": "Write matchers = [\"severity=critical\"].", "match_re": "Write matchers = [\"severity=~warning|critical\"].",
			"mute_time_intervals": "Write mute_time = [mute_time.NAME].", "active_time_intervals": "Write active_time = [mute_time.NAME].", "routes": "Write a block for each: route { … }."},
		Doc: "A branch: alerts that satisfy all its matchers take it; the first one that they satisfy, unless that has `continue`. Branches can be nested.",
		Attrs: append(routeArguments(), []lang.Attr{
			{Name: "matchers", Type: lang.Strings, Required: true, Doc: "Conditions on labels, in Alertmanager's notation, such as \"severity=critical\" or \"team=~a|b\"."},
			{Name: "continue", Type: lang.Bool, Default: "false", Doc: "Whether the branches after this one are tried, too."},
			{Name: "mute_time", Type: lang.RefsTo("mute_time"), Doc: "When nobody is notified."},
			{Name: "active_time", Type: lang.RefsTo("mute_time"), Doc: "When somebody is notified, and at no other time."},
		}...),
	}
	nested.Blocks = []*lang.BlockSpec{nested}
	return &lang.BlockSpec{
		Type: "route", Max: 1,
		Habits: map[string]string{"matchers": "The root takes all alerts; matchers belong in a route inside it.", "continue": "Nothing comes after the root; `continue` belongs in a route inside it.", "routes": "Write a block for each: route { … }."},
		Doc:    "The root of the routing tree, which takes all alerts. Alerts that no branch takes are its own.",
		Attrs:  routeArguments(),
		Blocks: []*lang.BlockSpec{nested},
	}
}

func inhibitSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "inhibit", Repeat: true,
		Habits: map[string]string{
			"source_matchers": "Write source = [\"severity=critical\"].", "source_match": "Write source = [\"severity=critical\"].", "source_match_re": "Write source = [\"severity=~a|b\"].",
			"target_matchers": "Write target = [\"severity=warning\"].", "target_match": "Write target = [\"severity=warning\"].", "target_match_re": "Write target = [\"severity=~a|b\"].",
		},
		Doc: "Mutes alerts while others fire.",
		Attrs: []lang.Attr{
			{Name: "source", Type: lang.Strings, Required: true, Doc: "Matchers of the alerts that mute others."},
			{Name: "target", Type: lang.Strings, Required: true, Doc: "Matchers of the alerts that are muted."},
			{Name: "equal", Type: lang.Strings, Doc: "Labels that must have the same values in both; an absent one counts as empty."},
		},
	}
}

func muteTimeSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "mute_time", Labels: []lang.Label{{Name: "name", Doc: "The name of the time."}}, Scoped: true,
		Doc:     "Times for `mute_time` and `active_time` of routes: those of all its intervals.",
		Declare: func(b *lang.Block) any { return &manifest.MuteTime{Origin: b.Origin(), Name: b.Name} },
		Blocks: []*lang.BlockSpec{{
			Type: "interval", Repeat: true, Min: 1,
			Doc: "Moments that satisfy each argument that is set, in Alertmanager's notation.",
			Attrs: []lang.Attr{
				{Name: "weekdays", Type: lang.Strings, Doc: "Such as \"monday:friday\"."},
				{Name: "days_of_month", Type: lang.Strings, Doc: "Such as \"1:5\" or \"-3:-1\", from the end."},
				{Name: "months", Type: lang.Strings, Doc: "Such as \"december\" or \"1:3\"."},
				{Name: "years", Type: lang.Strings, Doc: "Such as \"2027:2028\"."},
				{Name: "location", Type: lang.String, Doc: "The time zone, such as \"Europe/Berlin\". Default: UTC."},
			},
			Blocks: []*lang.BlockSpec{{
				Type: "times", Repeat: true,
				Doc: "A part of the day. One over midnight takes two.",
				Attrs: []lang.Attr{
					{Name: "start_time", Type: lang.String, Required: true, Doc: "Such as \"22:00\"."},
					{Name: "end_time", Type: lang.String, Required: true, Doc: "Exclusive; \"24:00\" is the end of the day."},
				},
			}},
		}},
	}
}

func templateSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "template", Labels: lang.Name1("The name of the file, alertmanager/templates/NAME.tmpl."), NoRef: true,
		Doc:   "A file of templates for the texts of receivers, as in {{ define \"x.title\" }}…{{ end }}, which a receiver uses as {{ template \"x.title\" . }}.",
		Attrs: []lang.Attr{{Name: "content", Type: lang.String, Required: true, Doc: "The text, such as file(\"notifications.tmpl\")."}},
	}
}

func decodeAlertmanager(b *lang.Block) {
	a := b.Ref.(*manifest.Alertmanager)
	a.At = manifest.Ranges{"url": b.AttrRange("url")}
	if s, ok := lang.Ref[*manifest.Service](b, "service"); ok {
		a.Service = s.Value
	}
	a.URL, a.Port = b.String("url"), b.String("port")
	a.ConfigPath = strings.TrimRight(b.String("config_path"), "/")
	if !strings.HasPrefix(a.ConfigPath, "/") && !b.Failed("config_path") {
		b.Invalid("config_path", "must be an absolute path below /")
	}
	if g := b.Block("global"); g != nil {
		s := settings(g)
		a.Global = &s
	}
	for _, rb := range b.Blocks("receiver") {
		r := rb.Ref.(*manifest.Receiver)
		for _, i := range rb.Blocks() {
			r.Integrations = append(r.Integrations, &manifest.Integration{Kind: i.Type, Settings: settings(i)})
		}
		a.Receivers = append(a.Receivers, r)
	}
	if rb := b.Block("route"); rb != nil {
		a.Route = route(rb)
		if x, ok := lang.Ref[*manifest.Receiver](b, "watchdog"); ok {
			a.Watchdog = x.Value
			watchdog(b, a)
		}
	}
	for _, ib := range b.Blocks("inhibit") {
		a.Inhibits = append(a.Inhibits, &manifest.Inhibit{Origin: ib.Origin(), Source: ib.Strings("source"), Target: ib.Strings("target"), Equal: ib.Strings("equal"),
			At: manifest.Ranges{"source": ib.AttrRange("source"), "target": ib.AttrRange("target"), "equal": ib.AttrRange("equal")}})
	}
	for _, mb := range b.Blocks("mute_time") {
		t := mb.Ref.(*manifest.MuteTime)
		for _, i := range mb.Blocks("interval") {
			t.Intervals = append(t.Intervals, interval(i))
		}
		a.MuteTimes = append(a.MuteTimes, t)
	}
	for _, tb := range b.Blocks("template") {
		a.Templates = append(a.Templates, &manifest.NotificationTemplate{Origin: tb.Origin(), Name: tb.Name, Content: tb.Filled("content")})
	}
	sortByName(a)
	complete(b, a)
}

// complete reports what is missing, or too much, in the block as a whole.
func complete(b *lang.Block, a *manifest.Alertmanager) {
	p := b.Evaluation()
	internal, external := b.Given("service"), b.Given("url")
	switch {
	case b.Misspelt():
	case internal == external:
		p.Errorf(ruleWhichServer, b.Range, "Write either service = service.x, for a server of this system, or url = \"https://…\", for an external one.")
	case external && len(b.Blocks()) > 0:
		p.Errorf(ruleWhichServer, b.Blocks()[0].Range, "An external Alertmanager has its own configuration, so `%s` can't change it. Remove the block, or run the server as a service of this system.", b.Blocks()[0].Type)
	case external && !b.Failed("url"):
		if u, err := url.Parse(a.URL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
			b.Invalid("url", "must be an address such as \"https://alerts.example.org\", without user, query and fragment")
		}
	case internal && a.Route == nil:
		p.Errorf(ruleNoRoute, b.Range, "The alertmanager block has no route, without which the server doesn't start. Add route { receiver = receiver.x }.")
	case internal && a.Route.Receiver == nil && !b.Block("route").Failed("receiver") && !b.Block("route").Misspelt():
		p.Errorf(ruleNoRoute, a.Route.Range, "The root has no receiver, without which the server doesn't start. Add receiver = receiver.x; a receiver without integrations notifies nobody.")
	}
}

func route(b *lang.Block) *manifest.Route {
	r := &manifest.Route{Origin: b.Origin(), At: manifest.Ranges{}, Continue: b.Bool("continue"),
		GroupWait: duration(b, "group_wait"), GroupInterval: duration(b, "group_interval"), RepeatInterval: duration(b, "repeat_interval"),
		GroupBy: b.Strings("group_by"), Matchers: b.Strings("matchers")}
	for _, name := range []string{"receiver", "group_by", "matchers", "mute_time", "active_time"} {
		r.At[name] = b.AttrRange(name)
	}
	if x, ok := lang.Ref[*manifest.Receiver](b, "receiver"); ok {
		r.Receiver = x.Value
	}
	for _, x := range lang.Refs[*manifest.MuteTime](b, "mute_time") {
		r.Mute = append(r.Mute, x.Value)
	}
	for _, x := range lang.Refs[*manifest.MuteTime](b, "active_time") {
		r.Active = append(r.Active, x.Value)
	}
	if b.Given("group_by") && r.GroupBy == nil {
		r.GroupBy = []string{}
	}
	for _, sub := range b.Blocks("route") {
		r.Routes = append(r.Routes, route(sub))
	}
	return r
}

// duration is nil if the argument is absent. Only a group may wait for no time.
func duration(b *lang.Block, name string) *time.Duration {
	if !b.Has(name) {
		return nil
	}
	d := b.Duration(name)
	if d == 0 && name != "group_wait" && !b.Failed(name) {
		b.Invalid(name, "must be greater than zero")
	}
	return &d
}

func interval(b *lang.Block) *manifest.TimeInterval {
	t := &manifest.TimeInterval{Origin: b.Origin(), Weekdays: b.Strings("weekdays"), DaysOfMonth: b.Strings("days_of_month"),
		Months: b.Strings("months"), Years: b.Strings("years"), Location: b.String("location")}
	for _, x := range b.Blocks("times") {
		t.Times = append(t.Times, manifest.TimeRange{Start: x.String("start_time"), End: x.String("end_time")})
	}
	return t
}
