const viewer = document.querySelector('#viewer');
const table = new DataTable('#table', {
  serverSide: true,
  ajax: {
    url: 'rows',
    data: request => { request.viewer = viewer.value; },
  },
  ordering: { indicators: false, handler: false },
  columnControl: ['order'],
  columns: [
    { data: 'id' },
    { data: 'name' },
    { data: 'email' },
    { data: 'country', columnControl: ['order', ['searchList']] },
  ],
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
});
viewer.addEventListener('change', () => table.columns().ccSearchClear().draw());
