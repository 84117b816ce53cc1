package model

import "strings"

// SplitWords splits a line into words as a POSIX shell does, with single and
// double quotes and backslashes; nothing is expanded. An open quote is an error.
func SplitWords(line string) ([]string, error) {
	var (
		words  []string
		b      strings.Builder
		inWord bool
		quote  byte
	)
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case quote == '\'':
			if c == '\'' {
				quote = 0
			} else {
				b.WriteByte(c)
			}
		case c == '\\' && i+1 < len(line):
			next := line[i+1]
			// Inside double quotes a backslash is special before these only.
			if quote == '"' && strings.IndexByte("$`\"\\\n", next) < 0 {
				b.WriteByte(c)
				continue
			}
			i++
			if next != '\n' {
				b.WriteByte(next)
				inWord = true
			}
		case quote == '"':
			if c == '"' {
				quote = 0
			} else {
				b.WriteByte(c)
			}
		case c == '\'' || c == '"':
			quote, inWord = c, true
		case c == ' ' || c == '\t' || c == '\n':
			if inWord {
				words = append(words, b.String())
				b.Reset()
				inWord = false
			}
		default:
			b.WriteByte(c)
			inWord = true
		}
	}
	if quote != 0 {
		return nil, Usage("a quote (%c) is not closed", quote).Hint("close it, or write \\%c for the character itself", quote)
	}
	if inWord {
		words = append(words, b.String())
	}
	return words, nil
}
