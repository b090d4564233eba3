// Answers what a reader would call broken: text that is cut, runs out of its place or lies over other text, and targets too small for a finger.
() => {
  const problems = [];
  const say = element => {
    const name = element.tagName.toLowerCase() + (element.id ? `#${element.id}` : '') + [...element.classList].map(c => `.${c}`).join('');
    return `${name} "${element.textContent.trim().replace(/\s+/g, ' ').slice(0, 60)}"`;
  };
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width + 1) {
    const widest = [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > width + 1 || e.getBoundingClientRect().left < -1).pop();
    problems.push(`the page is ${document.documentElement.scrollWidth} wide in ${width}${widest ? `, because of ${say(widest)}` : ''}`);
  }

  const visible = element => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  // What is for screen readers alone is cut on purpose; what stands in an input scrolls there.
  const unseen = element => !!element.closest('.visually-hidden, .skip, option, textarea, script, style, title') || getComputedStyle(element.closest('thead') ?? element).clipPath !== 'none';
  // What stays in place while the page scrolls, or opens over it, lies over other text on purpose.
  const layers = new Map();
  const layer = element => {
    if (!element || element === document.body) return null;
    if (!layers.has(element)) layers.set(element, element.matches('.menu > form') || ['sticky', 'fixed'].includes(getComputedStyle(element).position) ? element : layer(element.parentElement));
    return layers.get(element);
  };

  const lines = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.textContent.trim() || !visible(element) || unseen(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      if (rect.width < 1 || rect.height < 1) continue;
      if (rect.right > width + 1 || rect.left < -1) problems.push(`out of the page: ${say(element)}`);
      // Glyphs are lower than their line.
      lines.push({ node, element, left: rect.left + 1, right: rect.right - 1, top: rect.top + rect.height * 0.2, bottom: rect.bottom - rect.height * 0.2 });
    }

    const text = range.getBoundingClientRect();
    for (let box = element; box && box !== document.body; box = box.parentElement) {
      const style = getComputedStyle(box);
      if (style.display === 'inline' || style.display === 'contents') continue;
      const cuts = style.overflowX !== 'visible' || style.overflowY !== 'visible';
      if (cuts && !['auto', 'scroll'].includes(style.overflowX) && (box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1)) problems.push(`cut: ${say(box)}`);
      // A box with an edge of its own, out of which its words run.
      const edged = parseFloat(style.borderInlineStartWidth) > 0 || style.backgroundColor !== 'rgba(0, 0, 0, 0)';
      const own = box.getBoundingClientRect();
      if (edged && style.position !== 'absolute' && (text.right > own.right + 1 || text.left < own.left - 1)) problems.push(`runs out of ${say(box)}`);
      if (style.position === 'absolute' || style.position === 'fixed') break;
    }
  }

  lines.sort((a, b) => a.top - b.top);
  for (let i = 0; i < lines.length; i++) {
    for (let j = i + 1; j < lines.length && lines[j].top < lines[i].bottom; j++) {
      const [a, b] = [lines[i], lines[j]];
      if (a.node === b.node || layer(a.element) !== layer(b.element)) continue;
      if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1) {
        problems.push(`${say(a.element)} lies over ${say(b.element)}`);
      }
    }
  }

  // Links within a sentence may be as high as it.
  for (const target of document.querySelectorAll('button, summary, input:not([type=hidden]):not([type=radio]):not([type=checkbox]), select, textarea, .btn')) {
    const box = target.getBoundingClientRect();
    if (visible(target) && !unseen(target.parentElement) && !target.matches('.visually-hidden') && box.height < 43.5) problems.push(`only ${box.height} high: ${say(target)}`);
  }

  return [...new Set(problems)];
}
