const table = new DataTable('#table', {
  serverSide: true,
  ajax: 'rows',
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
});
table.on('click', 'tbody tr', event => {
  document.querySelector('#clicked').textContent = event.currentTarget.id;
});
