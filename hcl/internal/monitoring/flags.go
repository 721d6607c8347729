package monitoring

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/omegagen/omegagen/hcl/images"
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
	"github.com/omegagen/omegagen/internal/kit"
	"github.com/omegagen/omegagen/internal/text"
)

// flag is a flag of Prometheus as an argument.
type flag struct {
	lang.Attr
	flag  string
	since string // the version with which it came, if that is later than 2.0
}

// serverFlags are those that people set, apart from the retention and the paths.
var serverFlags = []flag{
	{lang.Attr{Name: "alertmanager_notification_queue_capacity", Type: lang.Int, Doc: "How many alerts wait to be sent."}, "--alertmanager.notification-queue-capacity", ""},
	{lang.Attr{Name: "enable_feature", Type: lang.Strings, Doc: "The features to turn on, such as \"exemplar-storage\"."}, "--enable-feature", "2.25.0"},
	{lang.Attr{Name: "log_format", Type: lang.String, Values: []string{"logfmt", "json"}, Doc: "The format of the log."}, "--log.format", ""},
	{lang.Attr{Name: "log_level", Type: lang.String, Values: []string{"debug", "info", "warn", "error"}, Doc: "What is logged."}, "--log.level", ""},
	{lang.Attr{Name: "query_lookback_delta", Type: lang.Duration, Doc: "How old the last sample of a series may be."}, "--query.lookback-delta", ""},
	{lang.Attr{Name: "query_max_concurrency", Type: lang.Int, Doc: "How many queries run at a time."}, "--query.max-concurrency", ""},
	{lang.Attr{Name: "query_max_samples", Type: lang.Int, Doc: "How many samples a query may load."}, "--query.max-samples", ""},
	{lang.Attr{Name: "query_timeout", Type: lang.Duration, Doc: "After which time a query is given up."}, "--query.timeout", ""},
	{lang.Attr{Name: "rules_alert_for_grace_period", Type: lang.Duration, Doc: "The least time for which a pending alert is restored after a restart."}, "--rules.alert.for-grace-period", ""},
	{lang.Attr{Name: "rules_alert_for_outage_tolerance", Type: lang.Duration, Doc: "After how long an outage pending alerts are still restored."}, "--rules.alert.for-outage-tolerance", ""},
	{lang.Attr{Name: "rules_alert_resend_delay", Type: lang.Duration, Doc: "How long until a firing alert is sent again."}, "--rules.alert.resend-delay", ""},
	{lang.Attr{Name: "web_cors_origin", Type: lang.String, Doc: "A regular expression of the origins that browsers may query from."}, "--web.cors.origin", ""},
	{lang.Attr{Name: "web_enable_admin_api", Type: lang.Bool, Doc: "Whether series can be deleted over HTTP."}, "--web.enable-admin-api", ""},
	{lang.Attr{Name: "web_enable_lifecycle", Type: lang.Bool, Doc: "Whether the server can be reloaded and ended over HTTP."}, "--web.enable-lifecycle", ""},
	{lang.Attr{Name: "web_enable_otlp_receiver", Type: lang.Bool, Doc: "Whether the server takes metrics over OTLP."}, "--web.enable-otlp-receiver", "3.0.0"},
	{lang.Attr{Name: "web_enable_remote_write_receiver", Type: lang.Bool, Doc: "Whether the server takes what others write remotely."}, "--web.enable-remote-write-receiver", "2.33.0"},
	{lang.Attr{Name: "web_external_url", Type: lang.String, Doc: "The address under which people reach the server, for links in alerts."}, "--web.external-url", ""},
	{lang.Attr{Name: "web_max_connections", Type: lang.Int, Doc: "How many connections there may be at a time."}, "--web.max-connections", ""},
	{lang.Attr{Name: "web_page_title", Type: lang.String, Doc: "The title of the pages."}, "--web.page-title", ""},
	{lang.Attr{Name: "web_read_timeout", Type: lang.Duration, Doc: "After which time an idle connection is closed."}, "--web.read-timeout", ""},
	{lang.Attr{Name: "web_route_prefix", Type: lang.String, Doc: "The path before all paths of the server."}, "--web.route-prefix", ""},
}

func flagsSpec() *lang.BlockSpec {
	s := &lang.BlockSpec{Type: "flags", Max: 1, Doc: "Flags of the server, under their names with _ instead of dots and hyphens; appended to the service's command, unless that has them."}
	for _, f := range serverFlags {
		s.Attrs = append(s.Attrs, f.Attr)
	}
	return s
}

var (
	retentionTime = regexp.MustCompile(`^([0-9]+y)?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$`)
	retentionSize = regexp.MustCompile(`^[0-9]+(B|[KMGTPE]B)$`)
)

// retention reads how long and how much is kept.
func retention(b *lang.Block, p *manifest.Prometheus) {
	p.Retention, p.RetentionSize = b.String("retention"), b.String("retention_size")
	if !retentionTime.MatchString(p.Retention) {
		b.Evaluation().Errorf(ruleRetention, b.AttrRange("retention"), "%q is not a valid retention time. Write numbers with y, w, d, h, m, s, the largest unit first, such as \"15d\".", p.Retention)
	}
	if p.RetentionSize != "" && !retentionSize.MatchString(p.RetentionSize) {
		b.Evaluation().Errorf(ruleRetention, b.AttrRange("retention_size"), "%q is not a valid size. Write a whole number with B, KB, MB, GB, TB, PB or EB, such as \"10GB\".", p.RetentionSize)
	}
}

// flags reads the block of that name.
func flags(b *lang.Block, p *manifest.Prometheus) {
	f := b.Block("flags")
	if f == nil {
		return
	}
	p.At = manifest.Ranges{}
	for _, x := range serverFlags {
		if !f.Has(x.Name) || f.Failed(x.Name) {
			continue
		}
		p.At["flags."+x.Name] = f.AttrRange(x.Name)
		word := x.flag + "="
		switch x.Type.Name {
		case lang.Bool.Name:
			word = x.flag
			if !f.Bool(x.Name) {
				word = "--no-" + strings.TrimPrefix(x.flag, "--")
			}
		case lang.Int.Name:
			n := f.Int(x.Name)
			if n <= 0 && !f.Failed(x.Name) {
				f.Invalid(x.Name, "must be greater than zero")
			}
			word += strconv.Itoa(n)
		case lang.Duration.Name:
			word += text.Duration(positive(f, x.Name))
		case lang.Strings.Name:
			word += strings.Join(f.Strings(x.Name), ",")
		default:
			word += f.String(x.Name)
		}
		p.Flags = append(p.Flags, manifest.Flag{Name: x.Name, Words: []string{word}, Since: x.since})
	}
}

// newFlags reports flags that the pinned server doesn't know.
func newFlags(p *lang.Evaluation, pr *manifest.Prometheus) {
	if pr.Service.Image == nil {
		return
	}
	ref := pr.Service.Image.Reference()
	f := images.FamilyOf(ref)
	if f == nil || f.Name != "prometheus" {
		return
	}
	r, _ := images.Parse(ref)
	for _, x := range pr.Flags {
		if x.Since != "" && images.Before(r.Tag, x.Since) {
			p.Errorf(ruleFlag, pr.At["flags."+x.Name], "%s needs Prometheus %s, and the image is %s, which doesn't start with it. Pin a later version, or remove the argument.", x.Name, x.Since, ref)
		}
	}
}

// setFlags adds the retention and the flags to the server's command. A service without a command gets that of the
// official image.
func setFlags(i *manifest.Instance, p *manifest.Prometheus) {
	var words []string
	if p.Retention != "" {
		words = append(words, "--storage.tsdb.retention.time="+p.Retention)
	}
	if p.RetentionSize != "" {
		words = append(words, "--storage.tsdb.retention.size="+p.RetentionSize)
	}
	for _, f := range p.Flags {
		words = append(words, f.Words...)
	}
	if len(words) == 0 {
		return
	}
	if i.Command == nil {
		i.Command = &manifest.Command{Exec: []string{"--config.file=" + p.ConfigPath + "/" + kit.PrometheusConfigName, "--storage.tsdb.path=/prometheus"}, Range: p.Range}
	}
	c := *i.Command // instances may share one
	if c.Exec == nil {
		return
	}
	c.Exec = slices.Clone(c.Exec)
	for _, w := range words {
		name, _, _ := strings.Cut(w, "=")
		if !i.Command.HasFlag(name) && !i.Command.HasFlag("--"+strings.TrimPrefix(name, "--no-")) {
			c.Exec = append(c.Exec, w)
		}
	}
	i.Command = &c
}
