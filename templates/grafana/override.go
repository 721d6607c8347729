package grafana

import (
	"encoding/json"
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// Override sets properties of some of a panel's fields, which are series, or columns of a table.
type Override struct {
	Matcher    Matcher    `json:"matcher"`
	Properties []Property `json:"properties"`
}

// Matcher says which fields.
type Matcher struct {
	ID      MatcherID `json:"id"`
	Options string    `json:"options"`
}

// MatcherID is a kind of matcher.
type MatcherID string

// The kinds that are generated.
const (
	byName   MatcherID = "byName"
	byRegexp MatcherID = "byRegexp"
)

// Property is one property with its value, behind a pointer.
type Property struct {
	ID    PropertyID `json:"id"`
	Value any        `json:"value"`
}

// PropertyID is the path of a property in a FieldConfig.
type PropertyID string

// The properties that are generated.
const (
	propertyName       PropertyID = "displayName"
	propertyUnit       PropertyID = "unit"
	propertyDecimals   PropertyID = "decimals"
	propertyMin        PropertyID = "min"
	propertyMax        PropertyID = "max"
	propertyColor      PropertyID = "color"
	propertyThresholds PropertyID = "thresholds"
	propertyStyle      PropertyID = "custom.thresholdsStyle"
	propertyAxis       PropertyID = "custom.axisPlacement"
	propertyStacking   PropertyID = "custom.stacking"
	propertyHideFrom   PropertyID = "custom.hideFrom"
	propertyHidden     PropertyID = "custom.hidden" // of a table's column
)

// FieldColor is the color of a field.
type FieldColor struct {
	FixedColor string `json:"fixedColor"`
	Mode       string `json:"mode"`
}

// UnmarshalJSON reads a property strictly: its value into the type of that property.
func (p *Property) UnmarshalJSON(b []byte) error {
	var raw struct {
		ID    PropertyID      `json:"id"`
		Value json.RawMessage `json:"value"`
	}
	if err := strict(b, &raw); err != nil {
		return err
	}
	*p = Property{ID: raw.ID}
	switch raw.ID {
	case propertyName, propertyUnit, propertyAxis:
		p.Value = new(string)
	case propertyDecimals:
		p.Value = new(int)
	case propertyMin, propertyMax:
		p.Value = new(json.Number)
	case propertyColor:
		p.Value = new(FieldColor)
	case propertyThresholds:
		p.Value = new(Thresholds)
	case propertyStyle:
		p.Value = new(Mode)
	case propertyStacking:
		p.Value = new(Stacking)
	case propertyHideFrom:
		p.Value = new(HideFrom)
	case propertyHidden:
		p.Value = new(bool)
	default:
		return fmt.Errorf("unsupported property %q", raw.ID)
	}
	return strict(raw.Value, p.Value)
}

// overrides are those of a panel whose queries are complete, without the ones that are invalid.
func overrides(p *manifest.Panel) ([]Override, hcl.Diagnostics) {
	out := []Override{}
	var diags hcl.Diagnostics
	for _, o := range p.Overrides {
		od := checkOverride(p, o)
		if u := misspelt(o.Unit); u != "" {
			od = append(od, ruleBadUnit.Fix(o.Ranges.Of("unit", o.Range), `"`+u+`"`, "%s has the unit %q, which Grafana would print as is. Its ID for that unit is %q.", o.Address, o.Unit, u))
		}
		diags = append(diags, od...)
		if od.HasErrors() {
			continue
		}
		m := Matcher{byName, o.Series}
		if o.By == manifest.ByRegexp {
			m = Matcher{byRegexp, expression(o.Series)}
		}
		out = append(out, Override{Matcher: m, Properties: properties(p, o)})
	}
	return out, diags
}

// properties are those that an override sets.
func properties(p *manifest.Panel, o *manifest.Override) []Property {
	var out []Property
	set := func(id PropertyID, value any) { out = append(out, Property{id, value}) }
	if o.DisplayName != "" {
		set(propertyName, &o.DisplayName)
	}
	if o.Unit != "" {
		set(propertyUnit, &o.Unit)
	}
	if o.Decimals != nil {
		set(propertyDecimals, o.Decimals)
	}
	if o.Min != nil {
		n := exact(o.Min)
		set(propertyMin, &n)
	}
	if o.Max != nil {
		n := exact(o.Max)
		set(propertyMax, &n)
	}
	if o.Color != "" {
		set(propertyColor, &FieldColor{FixedColor: o.Color, Mode: "fixed"})
	}
	if len(o.Thresholds) > 0 {
		set(propertyThresholds, &Thresholds{Mode: "absolute", Steps: steps(o.Thresholds)})
		if p.Type == "timeseries" && len(p.Thresholds) == 0 { // otherwise those of the panel are drawn already
			set(propertyStyle, &Mode{"dashed"})
		}
	}
	if o.Axis != "" {
		side := string(o.Axis)
		set(propertyAxis, &side)
	}
	if o.Stack != nil {
		mode := "none"
		if *o.Stack {
			mode = "normal"
		}
		set(propertyStacking, &Stacking{"A", mode})
	}
	switch {
	case o.Hidden && p.Type == "table":
		set(propertyHidden, &o.Hidden)
	case o.Hidden:
		set(propertyHideFrom, &HideFrom{Legend: true, Tooltip: true, Viz: true})
	}
	return out
}
