// Answers what axe finds against WCAG 2.2 A and AA; of its rules on colours alone, where the rest was looked at already.
async colours => {
  const rules = colours
    ? { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }
    : { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
  const { violations } = await axe.run(document, { runOnly: rules, resultTypes: ['violations'] });
  return violations.map(v => `${v.id} – ${v.help}: ${v.nodes.slice(0, 3).map(n => `${n.html} (${n.failureSummary.replace(/\s+/g, ' ')})`).join(' | ')}`);
}
