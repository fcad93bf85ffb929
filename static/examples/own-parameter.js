const country = document.querySelector('#country');
const table = new DataTable('#table', {
  serverSide: true,
  ajax: {
    url: 'rows',
    data: request => { request.country = country.value; },
  },
  columns: [
    { data: 'id' },
    { data: 'name' },
    { data: 'email' },
    { data: 'city' },
    { data: 'country' },
  ],
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
});
country.addEventListener('change', () => table.draw());
