package monitoring

import (
	"github.com/omegagen/omegagen/hcl/internal/lang"
	"github.com/omegagen/omegagen/hcl/manifest"
)

func thresholdSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type: "threshold", Repeat: true,
		Doc: "A threshold: a colour from a value upwards.",
		Attrs: []lang.Attr{
			{Name: "color", Type: lang.String, Required: true, Doc: "A colour such as \"red\" or \"#ff0000\"."},
			{Name: "value", Type: lang.Number, Doc: "The threshold; without a value, the colour below all others."},
		},
	}
}

func overrideSpec() *lang.BlockSpec {
	return &lang.BlockSpec{
		Type:   "override",
		Doc:    "How some of the panel's series are shown, where that differs from the others. Later overrides win. In a table the names are those of its columns, such as \"Value\" or a label.",
		Labels: []lang.Label{{Name: "series", Syntax: lang.Free, Doc: "The name of the series, as the legend shows it; with by = \"regexp\", a regular expression for the whole name, or one between slashes for a part of it: \"/p9[59]/i\"."}},
		Attrs: []lang.Attr{
			{Name: "by", Type: lang.String, Default: `"name"`, Values: manifest.Words(manifest.ByName, manifest.ByRegexp), Doc: "What the label is: the name of one series, or a regular expression."},
			{Name: "display_name", Type: lang.String, Doc: "The name to show."},
			{Name: "unit", Type: lang.String, Doc: "The unit, as that of the panel."},
			{Name: "min", Type: lang.Number, Doc: "The minimum of the scale."},
			{Name: "max", Type: lang.Number, Doc: "The maximum of the scale."},
			{Name: "decimals", Type: lang.Int, Doc: "The number of decimals."},
			{Name: "color", Type: lang.String, Doc: "A colour such as \"red\" or \"#ff0000\"."},
			{Name: "axis", Type: lang.String, Values: manifest.Words(manifest.LeftAxis, manifest.RightAxis), Doc: "The side of the axis, in a timeseries or barchart panel. Default: series of different units have different sides."},
			{Name: "stack", Type: lang.Bool, Doc: "Whether the series are stacked, in a timeseries panel. Default: as the panel's."},
			{Name: "hidden", Type: lang.Bool, Default: "false", Doc: "Whether the series, or the column of a table, isn't shown."},
		},
		Blocks: []*lang.BlockSpec{thresholdSpec()},
	}
}

func decodeOverride(b *lang.Block) *manifest.Override {
	o := &manifest.Override{
		Origin:      b.Origin(),
		By:          manifest.SeriesMatch(b.String("by")),
		Series:      b.Labels[0],
		SeriesRange: b.LabelRange(),
		DisplayName: b.Filled("display_name"),
		Unit:        b.String("unit"),
		Decimals:    decodeDecimals(b),
		Min:         b.Number("min"),
		Max:         b.Number("max"),
		Color:       b.Filled("color"),
		Axis:        manifest.Axis(b.String("axis")),
		Hidden:      b.Bool("hidden"),
		Thresholds:  decodeThresholds(b),
		Ranges:      b.RangesOf("unit", "axis", "stack", "hidden"),
	}
	if b.Has("stack") {
		stack := b.Bool("stack")
		o.Stack = &stack
	}
	return o
}

// decodeDecimals is the number of decimals of a panel or an override; nil if it isn't set.
func decodeDecimals(b *lang.Block) *int {
	if !b.Has("decimals") {
		return nil
	}
	n := b.Int("decimals")
	return &n
}

func decodeThresholds(b *lang.Block) []manifest.Threshold {
	var out []manifest.Threshold
	for _, t := range b.Blocks("threshold") {
		out = append(out, manifest.Threshold{Color: t.String("color"), Value: t.Number("value")})
	}
	return out
}
