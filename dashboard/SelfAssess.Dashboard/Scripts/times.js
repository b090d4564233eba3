// Moments are written in UTC by the server; here they become the reader's own time.
for (const time of document.querySelectorAll('time[datetime*="T"]')) {
  time.textContent = new Intl.DateTimeFormat(`${document.documentElement.lang}-u-nu-latn`, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(time.dateTime));
}
