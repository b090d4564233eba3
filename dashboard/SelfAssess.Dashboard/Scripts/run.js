// Keeps the progress of a release's making up to date while somebody looks; without it the page is opened again by hand.
const run = document.querySelector('.run[data-events]');
const texts = Object.fromEntries([...run.querySelectorAll('template')].map(t => [t.dataset.text, t.content.textContent]));
const part = name => run.querySelector(`[data-part=${name}]`);
const share = new Intl.NumberFormat(`${document.documentElement.lang}-u-nu-latn`, { style: 'percent' });
const upper = name => name[0].toUpperCase() + name.slice(1);

const source = new EventSource(run.dataset.events);
source.addEventListener('progress', event => {
  const { status, phase, done, total, waitingFor } = JSON.parse(event.data);
  const bar = run.querySelector('progress');
  bar.max = Math.max(1, total);
  bar.value = done;
  const said = texts[status === 'running' ? `phase.${upper(phase)}` : `run.${upper(status)}`];
  // Said once, not with every step.
  if (part('status').textContent !== said) part('status').textContent = said;
  part('share').textContent = status === 'running' && total > 0 ? share.format(done / total) : '';
  part('waiting').hidden = waitingFor.length === 0;
  const waiting = texts.waiting.replace('{0}', `\u2068${waitingFor.join(', ')}\u2069`);
  if (part('waiting').textContent !== waiting) part('waiting').textContent = waiting;
  if (status === 'succeeded' || status === 'cancelled') {
    source.close();
    location.reload();
  }
});
