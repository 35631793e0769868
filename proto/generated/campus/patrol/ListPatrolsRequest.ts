// Original file: proto/patrol.proto


export interface ListPatrolsRequest {
  'page'?: (number);
  'size'?: (number);
  'date'?: (string);
  'building'?: (string);
  'entrance'?: (number);
  'status'?: (string);
  'after'?: (string);
  'date_from'?: (string);
  'date_to'?: (string);
}

export interface ListPatrolsRequest__Output {
  'page': (number);
  'size': (number);
  'date': (string);
  'building': (string);
  'entrance': (number);
  'status': (string);
  'after': (string);
  'date_from': (string);
  'date_to': (string);
}
