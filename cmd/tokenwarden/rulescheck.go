package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/tokenwarden/tokenwarden/detect"
	"github.com/tokenwarden/tokenwarden/rules"
	"github.com/tokenwarden/tokenwarden/rules/lists"
	"github.com/tokenwarden/tokenwarden/rules/sigma"
)

// isRuleFile tells rule files from logs by their names.
func isRuleFile(path string) bool {
	return slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(path))
}

// sigmaNote is said of every Sigma rule that is checked: it sees less here than where it came from.
const sigmaNote = "tokenwarden judges events of credentials alone: requests without a credential are no events, and a Sigma rule does not see them"

// checkRuleFiles reads and compiles rule files, apart from those of the configuration, and says what became of them.
func checkRuleFiles(out io.Writer, paths []string, set *lists.Set) error {
	var defs []rules.Definition
	var foreign []rules.File
	var errs []error
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			return usageError{fmt.Errorf("read rule: %w", err)}
		}
		if sigma.Is(content) {
			foreign = append(foreign, rules.File{Name: path, Content: content})
			continue
		}
		d, err := rules.Decode(path, content)
		defs, errs = append(defs, d), append(errs, err)
	}
	translated, err := sigma.Read(foreign)
	if err := errors.Join(append(errs, err)...); err != nil {
		return configError{err}
	}
	defs = append(defs, translated...)
	if _, err := detect.New(defs, detect.Options{Lists: set}); err != nil {
		return configError{err}
	}
	for i := range defs {
		printChecked(out, &defs[i])
	}
	if len(translated) > 0 {
		_, _ = fmt.Fprintln(out, sigmaNote)
	}
	return nil
}

func printChecked(out io.Writer, d *rules.Definition) {
	by, _ := d.Subject()
	shadow := ""
	if d.InShadow() {
		shadow = ", in shadow"
	}
	_, _ = fmt.Fprintf(out, "%s: %s is correct: %s by %s, %s%s\n", d.File, d.ID, d.Kind, by, d.Severity, shadow)
	if d.Where != "" {
		_, _ = fmt.Fprintf(out, "  where: %s\n", d.Where)
	}
	if spec, ok := d.Spec.(*rules.Temporal); ok {
		for _, s := range spec.Stages {
			_, _ = fmt.Fprintf(out, "  stage %s: %s\n", s.Name, s.If)
		}
	}
}
