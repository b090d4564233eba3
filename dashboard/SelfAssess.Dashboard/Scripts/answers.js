// Comfort for whoever answers: what is entered saves itself, waits on the device while there is no connection, and is sent when that returns. Nothing
// here is needed to answer: without it the form's buttons do the same.
const form = document.querySelector('form[data-answers]');
const status = form?.querySelector('[data-saved]');
const draftKey = `selfassess-draft:${form?.dataset.drafts}`;
const language = `${document.documentElement.lang}-u-nu-latn`;
let timer, sending, again = false, dirty = false;

const block = question => form.querySelector(`[data-question="${CSS.escape(question)}"]`);
const say = text => { if (status.textContent !== text) status.textContent = text; };

/** Everything that is entered, as the browser would post it. */
const entered = () => {
  const data = new FormData(form);
  data.delete('then');
  return data;
};

const keepDraft = () => {
  const fields = [...entered()].filter(([name]) => /^[vsrceb]:/.test(name));
  localStorage.setItem(draftKey, JSON.stringify(fields));
};

/** Puts back what could not be sent before; answers whether there was anything. */
const restoreDraft = () => {
  const draft = JSON.parse(localStorage.getItem(draftKey) ?? 'null');
  if (!draft) return false;
  const values = Map.groupBy ? Map.groupBy(draft, ([name]) => name) : draft.reduce((all, pair) => all.set(pair[0], [...(all.get(pair[0]) ?? []), pair]), new Map());
  for (const input of form.querySelectorAll('[name]')) {
    if (!/^[vsrceb]:/.test(input.name)) continue;
    const kept = (values.get(input.name) ?? []).map(([, value]) => value);
    if (input.type === 'radio' || input.type === 'checkbox') input.checked = kept.includes(input.value);
    else if (kept.length > 0) input.value = kept[0];
  }
  return true;
};

const showErrors = errors => {
  for (const question of form.querySelectorAll('[data-question]')) {
    const text = errors[question.dataset.question];
    const place = question.querySelector('[data-error]');
    place.textContent = text ?? '';
    place.hidden = !text;
    question.classList.toggle('in-error', !!text);
  }
};

const withLink = (text, label, href) => {
  status.replaceChildren(`${text} `);
  const link = document.createElement(href ? 'a' : 'button');
  link.textContent = label;
  if (href) link.href = href;
  else Object.assign(link, { className: 'link-button', name: 'then', value: 'stay' });
  status.append(link);
};

const take = reply => {
  for (const [question, base] of Object.entries(reply.bases)) {
    const input = block(question)?.querySelector('[data-base]');
    if (input) input.value = base;
  }

  showErrors(reply.errors);
  document.querySelector('[data-progress]').value = reply.answered;
  document.querySelector('[data-progress-text]').textContent = reply.progress;
  if (reply.refused) return say(reply.refused);
  if (reply.conflicts.length > 0) return withLink(status.dataset.clash, status.dataset.look);
  if (Object.keys(reply.errors).length === 0 && !dirty) localStorage.removeItem(draftKey);
  say(status.dataset.savedAt.replace('{time}', new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(new Date(reply.savedAt))));
  if (reply.reload && !dirty) location.reload();
};

/** Sends everything; answers whether it arrived. */
const send = async () => {
  if (sending) {
    again = true;
    return sending;
  }

  dirty = false;
  clearTimeout(timer);
  sending = (async () => {
    try {
      const reply = await fetch(form.dataset.answers, { method: 'POST', body: entered(), headers: { Accept: 'application/json' }, redirect: 'manual' });
      if (reply.ok) {
        take(await reply.json());
        return true;
      }

      dirty = true;
      if (reply.status === 401 || reply.status === 400) withLink(status.dataset.signedOut, status.dataset.signIn, `/sign-in?return=${encodeURIComponent(location.pathname)}`);
      else retry();
    } catch {
      dirty = true;
      retry();
    }

    return false;
  })();
  const arrived = await sending;
  sending = null;
  if (again) {
    again = false;
    return send();
  }

  return arrived;
};

const retry = () => {
  say(status.dataset.offline);
  clearTimeout(timer);
  timer = setTimeout(send, 5000);
};

if (form) {
  form.addEventListener('input', () => {
    dirty = true;
    keepDraft();
    if (navigator.onLine) say(status.dataset.waiting);
    else say(status.dataset.offline);
    clearTimeout(timer);
    timer = setTimeout(send, 800);
  });

  // "None" rules out the rest, and the rest rules out "none"; a value rules out "don't know", and the other way round.
  form.addEventListener('change', event => {
    const input = event.target;
    if (input.type === 'checkbox' && input.checked) {
      for (const other of form.querySelectorAll(`input[type=checkbox][name="${CSS.escape(input.name)}"]`)) {
        if (other !== input && ('exclusive' in input.dataset || 'exclusive' in other.dataset)) other.checked = false;
      }
    }
  });

  form.addEventListener('submit', async event => {
    const button = event.submitter;
    if (!dirty || button?.name !== 'then') return;
    // First to where nothing can be lost; the page only changes when that has arrived.
    event.preventDefault();
    if (await send()) {
      const then = Object.assign(document.createElement('input'), { type: 'hidden', name: 'then', value: button.value });
      form.append(then);
      form.submit();
    }
  });

  addEventListener('online', () => { if (dirty) send(); });
  addEventListener('offline', () => say(status.dataset.offline));
  // A page that answers a form shows everything that was entered there; only a page that was opened anew can lack something.
  if ('shownAgain' in form.dataset) localStorage.removeItem(draftKey);
  else if (restoreDraft()) {
    dirty = true;
    send();
  }
}
