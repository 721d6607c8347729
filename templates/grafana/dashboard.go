package grafana

import (
	"bytes"
	"encoding/json"
)

// SchemaVersion is that of the dashboards: Grafana 11.6's.
const SchemaVersion = 41

// PluginVersion is the version of the panels' options. Without it, Grafana assumes an
// early version and migrates them.
const PluginVersion = "11.6.0"

// Dashboard is a dashboard in Grafana's classic JSON. Keys come in
// alphabetical order, as Grafana saves them, here and below.
type Dashboard struct {
	Annotations   Annotations `json:"annotations"`
	Description   string      `json:"description,omitempty"`
	Editable      bool        `json:"editable"`
	GraphTooltip  int         `json:"graphTooltip"` // 1: the crosshair is shared
	Links         []Link      `json:"links,omitempty"`
	Panels        []*Panel    `json:"panels"`
	Refresh       string      `json:"refresh"`
	SchemaVersion int         `json:"schemaVersion"`
	Tags          []string    `json:"tags,omitempty"`
	Templating    Templating  `json:"templating"`
	Time          TimeRange   `json:"time"`
	Timezone      string      `json:"timezone"`
	Title         string      `json:"title"`
	UID           string      `json:"uid"`
}

// Link is a link of a dashboard, shown at its top: one address, or the dashboards with some of the tags.
type Link struct {
	AsDropdown  bool     `json:"asDropdown"`
	Icon        string   `json:"icon"`
	IncludeVars bool     `json:"includeVars"`
	KeepTime    bool     `json:"keepTime"`
	Tags        []string `json:"tags"`
	TargetBlank bool     `json:"targetBlank"`
	Title       string   `json:"title"`
	Tooltip     string   `json:"tooltip"`
	Type        string   `json:"type"` // link or dashboards
	URL         string   `json:"url,omitempty"`
}

// Annotations are the sources of annotations. Grafana adds those that people write.
type Annotations struct {
	List []Annotation `json:"list"`
}

// Annotation is one source of annotations.
type Annotation struct {
	Datasource  DatasourceRef `json:"datasource"`
	Enable      bool          `json:"enable"`
	Expr        string        `json:"expr"`
	IconColor   string        `json:"iconColor"`
	Name        string        `json:"name"`
	Step        string        `json:"step,omitempty"`
	TagKeys     string        `json:"tagKeys,omitempty"`
	TitleFormat string        `json:"titleFormat,omitempty"`
}

// DatasourceRef names a data source, or the variable that holds one.
type DatasourceRef struct {
	Type string `json:"type"`
	UID  string `json:"uid"`
}

// TimeRange is the initial time range of a dashboard.
type TimeRange struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Templating is the variables of a dashboard.
type Templating struct {
	List []Variable `json:"list"`
}

// Variable is one variable. Which fields it has depends on Type.
type Variable struct {
	AllowCustomValue *bool           `json:"allowCustomValue,omitempty"`
	Current          *VariableOption `json:"current,omitempty"`
	Datasource       *DatasourceRef  `json:"datasource,omitempty"`
	Hide             int             `json:"hide,omitempty"`
	IncludeAll       bool            `json:"includeAll,omitempty"`
	Label            string          `json:"label,omitempty"`
	Multi            bool            `json:"multi,omitempty"`
	Name             string          `json:"name"`
	Options          []VariableValue `json:"options,omitempty"`
	Query            VariableQuery   `json:"query"`
	Refresh          int             `json:"refresh,omitempty"` // 1: on load, 2: on a change of the time range
	Sort             int             `json:"sort,omitempty"`    // 1: by name
	Type             string          `json:"type"`
}

// VariableOption is the selection: one value, or a list of several.
type VariableOption struct {
	Text  StringOrList `json:"text"`
	Value StringOrList `json:"value"`
}

// VariableValue is a value that can be selected.
type VariableValue struct {
	Selected bool   `json:"selected"`
	Text     string `json:"text"`
	Value    string `json:"value"`
}

// StringOrList is a list if List isn't nil, else a string.
type StringOrList struct {
	String string
	List   []string
}

// MarshalJSON writes a list or a string.
func (s StringOrList) MarshalJSON() ([]byte, error) {
	if s.List != nil {
		return compact(s.List)
	}
	return compact(s.String)
}

// UnmarshalJSON reads a list or a string.
func (s *StringOrList) UnmarshalJSON(b []byte) error {
	*s = StringOrList{}
	if len(b) > 0 && b[0] == '[' {
		return json.Unmarshal(b, &s.List)
	}
	return json.Unmarshal(b, &s.String)
}

// VariableQuery is a query of Grafana's Prometheus plugin if RefID is set, else a
// plain text.
type VariableQuery struct {
	QueryType int
	Query     string
	RefID     string
}

// promVariableQuery is how the plugin saves a query.
type promVariableQuery struct {
	QueryType int    `json:"qryType"`
	Query     string `json:"query"`
	RefID     string `json:"refId"`
}

// MarshalJSON writes an object or a string.
func (q VariableQuery) MarshalJSON() ([]byte, error) {
	if q.RefID != "" {
		return compact(promVariableQuery(q))
	}
	return compact(q.Query)
}

// UnmarshalJSON reads an object, strictly, or a string.
func (q *VariableQuery) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '{' {
		d := json.NewDecoder(bytes.NewReader(b))
		d.DisallowUnknownFields()
		return d.Decode((*struct {
			QueryType int    `json:"qryType"`
			Query     string `json:"query"`
			RefID     string `json:"refId"`
		})(q))
	}
	*q = VariableQuery{}
	return json.Unmarshal(b, &q.Query)
}

// Target is one query of a panel, to the panel's data source.
type Target struct {
	EditorMode   string `json:"editorMode"`
	Expr         string `json:"expr"`
	Format       string `json:"format,omitempty"`
	Instant      bool   `json:"instant,omitempty"`  // otherwise over the time range
	Interval     string `json:"interval,omitempty"` // the shortest step
	LegendFormat string `json:"legendFormat"`
	RefID        string `json:"refId"`
}

// GridPos is the position of a panel in a grid that is 24 units wide, with units of
// about 30 pixels in height.
type GridPos struct {
	H int `json:"h"`
	W int `json:"w"`
	X int `json:"x"`
	Y int `json:"y"`
}

// Encode writes a document as JSON, escaping only what JSON requires. What fits on a line is on one.
func Encode(doc any) ([]byte, error) {
	b, err := compact(doc)
	if err != nil {
		return nil, err
	}
	return append(layOut(b), '\n'), nil
}

// compact is Encode for a part of a document.
func compact(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimRight(b.Bytes(), "\n"), err
}
