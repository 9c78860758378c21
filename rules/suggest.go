package rules

// Suggest returns the name among known that is nearest to word, or "" if more than a third of the word's characters differ.
func Suggest(word string, known []string) string {
	best, distance := "", len(word)/3+1
	for _, k := range known {
		if d := editDistance(word, k, distance); d < distance {
			best, distance = k, d
		}
	}
	return best
}

// DidYouMean returns `: did you mean "name"?` for the end of an error, or "" if Suggest finds no name.
func DidYouMean(word string, known []string) string {
	if s := Suggest(word, known); s != "" {
		return `: did you mean "` + s + `"?`
	}
	return ""
}

// editDistance returns Damerau's distance (Levenshtein's, with a swap of two neighbours counted as one edit), at most limit.
// Words of more than 64 bytes have the distance limit.
func editDistance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit || len(a) > 64 || len(b) > 64 {
		return limit
	}
	var rows [3][65]int
	for j := 0; j <= len(b); j++ {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur, prev, prev2 := &rows[i%3], &rows[(i+2)%3], &rows[(i+1)%3]
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], prev2[j-2]+1)
			}
		}
	}
	return rows[len(a)%3][len(b)]
}
