package config

import (
	"errors"
	"fmt"
	"math"
	"net"
	"reflect"
	"strconv"
	"strings"
	"time"

	"warroom/model"
)

// Field is one key of the configuration.
type Field struct {
	Section, Key string // server, listen
	Default      string
	Help         string
	Type         string   // string, whole number, true or false, duration
	OneOf        []string // the allowed values, nil when free
	Secret       bool     // holds a URL whose password is masked when shown

	form     string // how a text is written: address or database, "" for anything
	known    string // what a list's members have to be, "" for anything
	min, max string
	index    []int // in Config
}

// Name is the dotted name of the key, such as server.listen.
func (f *Field) Name() string { return f.Section + "." + f.Key }

// Variable is the environment variable of the key, such as WARROOM_SERVER_LISTEN.
func (f *Field) Variable() string {
	return strings.ToUpper(variablePrefix + f.Section + "_" + f.Key)
}

const (
	variablePrefix = "WARROOM_"
	keysSection    = "keys"
)

var durationType = reflect.TypeFor[time.Duration]()

// Fields lists every key but those of [keys], in the order of the example file.
func Fields() []Field {
	var out []Field
	root := reflect.TypeFor[Config]()
	for i := range root.NumField() {
		sec := root.Field(i)
		if sec.Type.Kind() != reflect.Struct {
			continue
		}
		for j := range sec.Type.NumField() {
			k := sec.Type.Field(j)
			f := Field{Section: sec.Tag.Get("toml"), Key: k.Tag.Get("toml"), Default: k.Tag.Get("default"), Help: k.Tag.Get("help"),
				Type: typeName(k.Type), OneOf: strings.Fields(k.Tag.Get("one")), Secret: k.Tag.Get("secret") != "", known: k.Tag.Get("known"), form: k.Tag.Get("form"),
				min: k.Tag.Get("min"), max: k.Tag.Get("max"), index: []int{i, j}}
			out = append(out, f)
		}
	}
	return out
}

func typeName(t reflect.Type) string {
	switch {
	case t == durationType:
		return "duration"
	case t.Kind() == reflect.Int:
		return "whole number"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Slice:
		return "list"
	}
	return "text"
}

func sections() []string {
	var out []string
	root := reflect.TypeFor[Config]()
	for i := range root.NumField() {
		out = append(out, root.Field(i).Tag.Get("toml"))
	}
	return out
}

func sectionHelp(section string) string {
	root := reflect.TypeFor[Config]()
	for i := range root.NumField() {
		if root.Field(i).Tag.Get("toml") == section {
			return root.Field(i).Tag.Get("help")
		}
	}
	return ""
}

// set stores a value that was written as text: a default, a flag or a variable.
func (f *Field) set(c *Config, text string) error {
	v := reflect.ValueOf(c).Elem().FieldByIndex(f.index)
	if v.Type() == durationType {
		d, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("%q is no duration; write 30s, 5m or 1h30m", text)
		}
		v.SetInt(int64(d))
		return f.within(int64(d), parseDuration)
	}
	switch v.Kind() {
	case reflect.Int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("%q is no whole number", text)
		}
		v.SetInt(int64(n))
		return f.within(int64(n), parseInt)
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return fmt.Errorf("%q is neither true nor false", text)
		}
		v.SetBool(b)
		return nil
	case reflect.Slice:
		return f.setList(c, strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }))
	}
	v.SetString(text)
	if err := f.written(text); err != nil {
		return err
	}
	return f.allowed(text)
}

// setList stores a list, each member of which has to be known.
func (f *Field) setList(c *Config, list []string) error {
	for _, s := range list {
		if f.known != "" {
			if err := model.KnownActionKind(s); err != nil {
				return errors.New(err.Error()) // a mistake in a file, not in the words of a command
			}
		}
	}
	reflect.ValueOf(c).Elem().FieldByIndex(f.index).Set(reflect.ValueOf(list))
	return nil
}

// setTOML stores a value as the TOML decoder gives it.
func (f *Field) setTOML(c *Config, value any) error {
	switch v := value.(type) {
	case string:
		if f.Type == "text" || f.Type == "duration" {
			return f.set(c, v)
		}
	case int64:
		if f.Type == "whole number" {
			return f.set(c, strconv.FormatInt(v, 10))
		}
	case bool:
		if f.Type == "true or false" {
			return f.set(c, strconv.FormatBool(v))
		}
	case []any:
		if f.Type != "list" {
			break
		}
		list := make([]string, len(v))
		for i, x := range v {
			s, ok := x.(string)
			if !ok {
				return fmt.Errorf("must be %s, not one with %s in it", f.wanted(), tomlKind(x))
			}
			list[i] = s
		}
		return f.setList(c, list)
	}
	return fmt.Errorf("must be %s, not %s", f.wanted(), tomlKind(value))
}

func (f *Field) wanted() string {
	switch f.Type {
	case "text":
		return `text in quotes`
	case "duration":
		return `a duration in quotes, such as "30s"`
	case "whole number":
		return "a whole number"
	case "list":
		return `a list of texts, such as ["isolate-host"]`
	}
	return f.Type
}

func tomlKind(v any) string {
	switch v.(type) {
	case string:
		return "text"
	case int64:
		return "a whole number"
	case float64:
		return "a number with a fraction"
	case bool:
		return "true or false"
	case []any:
		return "a list"
	case map[string]any:
		return "a table"
	}
	return "a date or time"
}

// written refuses a text of the wrong form, so that a check finds it before a
// start does. What stands in an address of a database may be a password and is
// not repeated.
func (f *Field) written(s string) error {
	switch f.form {
	case "address":
		_, port, err := net.SplitHostPort(s)
		if err == nil {
			_, err = net.LookupPort("tcp", port)
		}
		if err != nil {
			return fmt.Errorf("%q is no address; write HOST:PORT, such as 0.0.0.0:2222", s)
		}
	case "database":
		for _, scheme := range []string{"sqlite:", "postgres://", "postgresql://"} {
			if strings.HasPrefix(s, scheme) {
				return nil
			}
		}
		if s != "" {
			return errors.New("is neither sqlite:PATH nor postgres://USER:PASSWORD@HOST/NAME")
		}
	}
	return nil
}

func (f *Field) allowed(s string) error {
	if len(f.OneOf) == 0 {
		return nil
	}
	for _, o := range f.OneOf {
		if s == o {
			return nil
		}
	}
	return fmt.Errorf("%q is not allowed; use one of: %s", s, strings.Join(f.OneOf, ", "))
}

func (f *Field) within(n int64, parse func(string) int64) error {
	lo, hi := int64(math.MinInt64), int64(math.MaxInt64)
	if f.min != "" {
		lo = parse(f.min)
	}
	if f.max != "" {
		hi = parse(f.max)
	}
	if n < lo || n > hi {
		return fmt.Errorf("is out of range; it goes from %s to %s", f.min, f.max)
	}
	return nil
}

// The bounds stand in tags of this package, and a test reads them all.
func parseInt(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64)
	return n
}

func parseDuration(s string) int64 {
	d, _ := time.ParseDuration(s)
	return int64(d)
}

// text is the present value as the environment would have it.
func (f *Field) text(c *Config) string {
	v := reflect.ValueOf(c).Elem().FieldByIndex(f.index)
	if v.Type() == durationType {
		return shortDuration(time.Duration(v.Int()))
	}
	if list, ok := v.Interface().([]string); ok {
		return strings.Join(list, " ")
	}
	return fmt.Sprint(v.Interface())
}

// shortDuration writes 30m rather than 30m0s.
func shortDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
