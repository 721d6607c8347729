package main

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// kind is a group of mistakes.
type kind struct {
	name string
	sow  func(s *spot, r *rand.Rand) []*mistake
}

func re(s string) *regexp.Regexp { return regexp.MustCompile(s) }

var (
	reLast     = re(`\b(?:service|image|volume|network|secret|state|action|database|runbook|milestone|resource|criterion|receiver|local|var|stage|alert)\.([A-Za-z_]\w*)`)
	reMetric   = re(`\b((?:constellation|federation|process|go|job:constellation)_?[a-z_:0-9]{6,})`)
	reBy       = re(`\b(?:by|without|on) ?\(([a-z]{4,})[,)]`)
	reFunc     = re(`\b(rate|sum|count|avg|max|histogram_quantile|increase|time|vector|absent)\b ?(?:\(|by)`)
	reDuration = re(`^"(\d+(?:ms|s|m|h|d))"$`)
	reSize     = re(`^"(\d+(?:MB|GB|KB|m|g))"$`)
	reTemplate = re(`\{\{ ?(?:\$labels\.)?([a-z]+) ?\}\}`)
	reCommand  = re(`(?m)(?:^|[;|&(]|<<-EOT\n|")\s*(docker|curl|printf|grep|jq|test|cargo|sort|awk|go|sleep|chmod|mkdir|stat|date|head|tail|openssl|psql|git|df|ss|cd|rustc|grpcurl|nproc|find) `)
	reOption   = re(` (--[a-z][a-z-]{3,})`)
	reVar      = re(`\$\$?\{?([a-z][a-z_]{3,})\b`)
	reSubcmd   = re(`docker (?:compose )?(inspect|up|rm|pull|stats|logs|config|build|restart|exec|stop|start|info|ps|image|network|volume|version)\b`)
	reSQLWord  = re(`\b(SELECT|FROM|WHERE|INSERT|INTO|VALUES|CONFLICT|UPDATE|ORDER|GROUP|LIMIT|RETURNING|RETURN|BEGIN|BETWEEN|EXISTS|DELETE|CREATE|JOIN)\b`)
	reSQLName  = re(`\b(device_id|content_id|embedding|success_rate|sample_count|created_at|updated_at|region|sync_version|last_seen|shard_id|last_round|patterns_aggregated|time_window|score|patterns|devices|content_embeddings|trending_content|federation_state|pattern_quality|title|metadata|genres)\b`)
	reGoField  = re(`\{\{\.([A-Z][A-Za-z.]+)\}\}`)
	reJQ       = re(`jq [^']*'[^']*?\.([a-z][A-Za-z_]{3,})`)
	reQuantile = re(`histogram_quantile\((0\.\d+)`)
)

// isScript, isPromQL and isSQL tell what an argument holds.
func (s *spot) isScript() bool {
	switch s.name() {
	case "run", "validate", "rollback", "diagnosis", "resolution":
		return s.top() == "action" || s.top() == "benchmark" || s.top() == "runbook" || s.in() == "criterion/command"
	}
	return s.top() == "locals" && slices.Contains([]string{"await", "psql"}, s.name())
}

func (s *spot) isPromQL() bool {
	return s.name() == "expr" && slices.Contains([]string{"alert", "record", "dashboard"}, s.top()) || s.in() == "criterion/promql" && s.name() == "expr"
}

func (s *spot) isSQL() bool {
	switch {
	case s.top() == "database":
		return slices.Contains([]string{"sql", "query", "body", "expr", "where"}, s.name())
	case s.in() == "criterion/sql":
		return s.name() == "query"
	}
	return false
}

func (s *spot) holdsSQL() bool {
	return s.isSQL() || s.isScript() && strings.Contains(s.value(), "SELECT") || s.top() == "locals" && strings.Contains(s.value(), "SELECT")
}

func quoted(s string) string { return strconv.Quote(s) }

// kinds are the groups: what people do wrong, one mistake at a time. A verdict is written here before a rule is, and isn't changed for it.
var kinds = slices.Concat(kindsOfNames, kindsOfBlocks, kindsOfPrograms, kindsOfLanguages, kindsOfProducts)
